#!/usr/bin/env bash
# tus-js-client 4.3.1 (npm): a server that is busy for a moment when an upload is resumed costs all that was uploaded.
#
# Valid input: a tus 1.0.0 server that holds 5 of 10 bytes, and answers the HEAD of the resuming client once with 503 and
#   Retry-After, as a server or proxy under load does; then it would answer as always. The client has retryDelays.
# One would expect: HEAD again after a delay, as the client does with a 503 to a PATCH, and the remaining 5 bytes.
# What happens: the upload's URL is dropped, without an error or a retry: POST of a new upload, and all 10 bytes. What was
#   there before stays on the server as an unfinished upload. (The same with 401, 403, 429, 500, 502; with 423 it waits.)
# Seen (2026-11-29, Node.js 20):
#   HEAD /files/1 503
#   POST /files 201
#   PATCH /files/2 from 0, 10 bytes, 204
#   success
# Needs: Node.js with npm. Some seconds and the download.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund tus-js-client@4.3.1 > npm.log 2>&1

cat > try.cjs << 'JS'
const http = require('node:http');
const tus = require('tus-js-client');

const uploads = { 1: 5 }; // number of the upload: bytes that are there
let busy = true;
const server = http.createServer((request, answer) => {
  const number = Number(request.url.split('/')[2]);
  let bytes = 0;
  request.on('data', (part) => (bytes += part.length));
  request.on('end', () => {
    const end = (status, headers = {}, more = '') => {
      console.log(`${request.method} ${request.url}${more} ${status}`);
      answer.writeHead(status, { 'Tus-Resumable': '1.0.0', ...headers }).end();
    };
    if (request.method === 'HEAD' && busy) {
      busy = false;
      end(503, { 'Retry-After': '1' });
    } else if (request.method === 'HEAD') {
      end(200, { 'Upload-Offset': String(uploads[number]), 'Upload-Length': '10', 'Cache-Control': 'no-store' });
    } else if (request.method === 'POST') {
      uploads[2] = 0;
      end(201, { Location: '/files/2' });
    } else {
      const from = uploads[number];
      uploads[number] += bytes;
      end(204, { 'Upload-Offset': String(uploads[number]) }, ` from ${from}, ${bytes} bytes,`);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  new tus.Upload(Buffer.from('0123456789'), {
    endpoint: `${base}/files`,
    uploadUrl: `${base}/files/1`,
    uploadSize: 10,
    retryDelays: [0, 100, 200],
    onError: (error) => (console.log(`error: ${error.message}`), server.close()),
    onSuccess: () => (console.log('success'), server.close()),
  }).start();
  setTimeout(() => process.exit(2), 20000).unref();
});
JS
seen=$(node try.cjs)
echo "$seen"
[ "$seen" = 'HEAD /files/1 503
POST /files 201
PATCH /files/2 from 0, 10 bytes, 204
success' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
