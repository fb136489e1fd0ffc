// Follows the log and prints each event as it comes: node follow.mjs [AFTER WHICH POSITION]
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const register = process.env.GUIDANCE_REGISTER_URL ?? 'http://127.0.0.1:3000';
for (let after = process.argv[2] ?? '-1'; ;) {
  const response = await fetch(`${register}/v1/log?after=${after}`);
  const text = await response.text();
  if (!response.ok && response.status !== 503) throw new Error(text);
  const lines = response.ok ? text.split('\n').slice(0, -1) : [];
  for (const line of lines) {
    const { position, type, subject } = JSON.parse(line);
    console.log(position, type, subject);
    // The digits say which log is meant: after a restore this is refused, and another history is never read on by mistake.
    after = `${position}-${createHash('sha256').update(line).digest('hex').slice(0, 8)}`;
  }
  if (lines.length === 0) await sleep(1000);
}
