import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The peer of bench/http.ts: node:http by itself, sending so many bytes of JSON to everybody who asks anything. */
const body = JSON.stringify('x'.repeat(Number(process.argv[2]) - 2));
const server = createServer((_request, response) => {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
