/** Where a process id means something: two processes can look for each other only in the same place. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names the pid namespace this process lives in. On Linux that is the boot of
 * the machine and the number of the namespace: containers may share a host
 * name (`--network host`) and each has a process 1. Elsewhere the host name.
 */
export function namePidSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
