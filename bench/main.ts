import { answers } from './answers';
import { http } from './http';
import { posts } from './posts';
import { start } from './start';

const BENCHES = { answers, http, posts, start };

/** Runs the benchmarks that are named, or all of them. A ✗ marks a target that was missed; machines differ, ratios less. */
async function main(): Promise<void> {
  const named = process.argv.slice(2);
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (named.length === 0 || named.includes(name)) await bench();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
