/** What of an event leaves for Sentry: a list of what may, not of what may not. */
import type { ErrorEvent, Exception, StackFrame } from '@sentry/core';
import { maskEmails } from '../mask-personal-data';
import { shorten } from '../../lib/shorten';

export interface CleanOptions {
  /** A text without secrets. */
  readonly scrub: (text: string) => string;
  /** Absolute path of the folder that holds `dist` or `src`. */
  readonly root: string;
}

const MAX_MESSAGE = 500;

/** Folders of people: their name is often that of a person. */
const HOME_FOLDER = /(?:\/home\/|\/Users\/|[A-Za-z]:\\Users\\)[^\s/\\'":,;)]+|\/root(?=[/\s'":,;)]|$)/g;

/** A new event with the known parts only: no host, no request, no local variables, no text with secrets or addresses. Pure. */
export function cleanEvent(event: ErrorEvent, options: CleanOptions): ErrorEvent {
  const { event_id, timestamp, platform, level, release, environment, tags, exception, contexts } = event;
  const runtime = contexts?.['runtime'];
  return {
    type: undefined,
    ...definedOnly({ event_id, timestamp, platform, level, release, environment, tags }),
    ...(runtime === undefined ? {} : { contexts: { runtime } }),
    exception: { values: (exception?.values ?? []).map((value) => cleanException(value, options)) },
  };
}

function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function cleanException({ type, value, mechanism, stacktrace }: Exception, options: CleanOptions): Exception {
  return {
    ...definedOnly({ type, mechanism: mechanism && { type: mechanism.type } }),
    value: cleanMessage(value ?? '', options),
    ...(stacktrace === undefined
      ? {}
      : {
          stacktrace: { frames: (stacktrace.frames ?? []).map((frame) => cleanFrame(frame, options.root)) },
        }),
  };
}

/** A message without secrets, e-mail addresses and folders of people. */
export function cleanMessage(text: string, { scrub }: Pick<CleanOptions, 'scrub'>): string {
  return shorten(maskEmails(scrub(text)).replace(HOME_FOLDER, '~'), MAX_MESSAGE);
}

function cleanFrame(frame: StackFrame, root: string): StackFrame {
  const { filename, function: name, lineno, colno, in_app } = frame;
  return {
    ...definedOnly({ function: name, lineno, colno, in_app }),
    ...(filename === undefined ? {} : { filename: placeOf(filename, root) }),
  };
}

/** `app:///dist/core/run.js`: the same wherever the program is installed. */
function placeOf(filename: string, root: string): string {
  const path = filename.replace(/^file:\/\//, '').replaceAll('\\', '/');
  const from = `${root.replaceAll('\\', '/').replace(/\/$/, '')}/`;
  if (path.startsWith('node:')) {
    return path;
  }
  if (path.startsWith(from)) {
    return `app:///${path.slice(from.length)}`;
  }
  const library = path.lastIndexOf('/node_modules/');
  return library === -1
    ? `app:///…/${path.slice(path.lastIndexOf('/') + 1)}`
    : `app://${path.slice(library)}`;
}
