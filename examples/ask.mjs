// May a provider deliver guidance? node ask.mjs ukprn:10000001 school-commissioned [FROM UNTIL]
const register = process.env.GUIDANCE_REGISTER_URL ?? 'http://127.0.0.1:3000';
const [provider, setting, from, until] = process.argv.slice(2);

const question = new URLSearchParams({ setting, ...(from && { from, until }) });
const response = await fetch(`${register}/v1/providers/${provider}/eligibility?${question}`);
const answer = await response.json();
if (!response.ok) throw new Error(answer.detail);

console.log(`${answer.outcome}, as known at position ${answer.knownAt.position}`);
for (const gap of answer.gaps) console.log(`no from ${gap.from} to ${gap.until}: ${gap.reason}`);
