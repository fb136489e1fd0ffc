// Posts one event, a CloudEvent in a file: GUIDANCE_REGISTER_KEY=… node post.mjs event.json
import { readFile } from 'node:fs/promises';

const { GUIDANCE_REGISTER_URL: register = 'http://127.0.0.1:3000', GUIDANCE_REGISTER_KEY: key } = process.env;
const response = await fetch(`${register}/v1/events`, {
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
  body: await readFile(process.argv[2]),
});
const answer = await response.json();
if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);

// Posted again, the same event gets the same position and changes nothing: so try again whenever you do not know.
console.log(`recorded at position ${answer.position}`);
