/** A mail server that speaks as much SMTP as one message needs, and keeps what it was sent. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface MailServer {
  readonly port: number;
  /** Whole messages, with headers. */
  readonly mails: readonly string[];
  /** How often somebody connected. */
  connections(): number;
  /** Resolves once nobody is connected any more. */
  left(): Promise<void>;
  close(): Promise<void>;
}

/**
 * How it behaves: `silent` accepts and never says a word, `endless` never ends its first answer, `nonsense` talks HTTP,
 * `halfway` breaks off in the middle of the message's acceptance, `refuses-login`
 * repeats what it was sent.
 */
export type MailManners =
  'good' | 'silent' | 'endless' | 'nonsense' | 'halfway' | 'refuses-login' | 'refuses-recipient';

export async function startMailServer(manners: MailManners = 'good'): Promise<MailServer> {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, manners, mails);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    async left() {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
    async close() {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: Socket, manners: MailManners, mails: string[]): void {
  if (manners === 'silent') {
    return;
  }
  if (manners === 'endless') {
    socket.write('220 mail.test ESMTP\r\n');
    const answering = setInterval(() => socket.write('250-wait\r\n'), 20);
    socket.on('close', () => {
      clearInterval(answering);
    });
    socket.resume();
    return;
  }
  if (manners === 'nonsense') {
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>hello</html>\r\n');
    return;
  }
  const say = (line: string): void => {
    socket.write(`${line}\r\n`);
  };
  let pending = '';
  let mail: string | undefined;
  say('220 mail.test ESMTP');
  socket.on('data', (data: Buffer) => {
    pending += data.toString('latin1');
    for (let end = pending.indexOf('\r\n'); end !== -1; end = pending.indexOf('\r\n')) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      if (mail !== undefined) {
        mail = takeLine(line, mail);
      } else {
        answer(line);
      }
    }
  });

  function takeLine(line: string, soFar: string): string | undefined {
    if (line !== '.') {
      return `${soFar}${line.replace(/^\.\./, '.')}\n`;
    }
    if (manners === 'halfway') {
      socket.end('25');
      return undefined;
    }
    mails.push(soFar);
    say('250 kept');
    return undefined;
  }

  function answer(line: string): void {
    const command = line.slice(0, 4).toUpperCase();
    const rest = line.slice(5);
    if (command === 'EHLO') {
      say('250-mail.test');
      say('250 AUTH PLAIN');
    } else if (command === 'AUTH') {
      const login = Buffer.from(rest.replace(/^PLAIN /, ''), 'base64')
        .toString()
        .replaceAll('\0', ' ');
      say(manners === 'refuses-login' ? `535 no such login:${login}` : '235 welcome');
    } else if (command === 'RCPT' && manners === 'refuses-recipient') {
      say(`550 nobody of that name here: ${rest}`);
    } else if (command === 'DATA') {
      mail = '';
      say('354 go on');
    } else if (command === 'QUIT') {
      socket.end('221 bye\r\n');
    } else {
      say('250 ok');
    }
  }
}
