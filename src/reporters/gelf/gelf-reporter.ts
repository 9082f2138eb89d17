/** Sends the log of a run to Graylog, or whatever reads GELF. */
import { formatGelfAddress, type GelfAddress } from '../../lib/gelf-address';
import { createRunLog, type RunLogOptions } from '../log/run-log';
import type { Reporter } from '../reporter';
import { gelfMessageOf, type GelfSender } from './gelf-message';
import type { GelfLink } from './gelf-link';
import { TcpLink } from './tcp-link';
import { UdpLink } from './udp-link';

export interface GelfReporterOptions extends Omit<RunLogOptions, 'write'> {
  readonly address: GelfAddress;
  readonly sender: GelfSender;
  /** Told at most once, when the run is over, of lines that did not get there. */
  readonly warn: (message: string) => void;
}

/** The end of a run waits so long for a reader that is slow or away. */
const CLOSE_MS = 2_000;

/** Connects with the first line. A reader that is away, slow or breaks off costs the run nothing but that. */
export function createGelfReporter({ address, sender, warn, ...options }: GelfReporterOptions): Reporter {
  const link: GelfLink = address.protocol === 'udp' ? new UdpLink(address) : new TcpLink(address);
  const { handle } = createRunLog({
    ...options,
    write: (entry) => {
      link.send(Buffer.from(JSON.stringify(gelfMessageOf(entry, sender))));
    },
  });
  return {
    handle,
    async close() {
      const { sent, lost, trouble } = await link.close(CLOSE_MS);
      if (trouble !== undefined) {
        const place = formatGelfAddress(address);
        warn(
          lost > 0
            ? `log.gelf: ${lost} of ${sent + lost} lines did not get to ${place} (${trouble}).`
            : `log.gelf: ${place}: ${trouble}; lines may be missing there.`,
        );
      }
    },
  };
}
