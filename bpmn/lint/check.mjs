// Asks the hub what the deployment of a folder would be refused for; nothing is deployed.
//   HUB=http://localhost:8080 TOKEN=... npm run check -- ../six-orders
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const hub = process.env.HUB ?? 'http://localhost:8080';
const headers = { Authorization: `Bearer ${process.env.TOKEN}`, 'Accept-Language': 'zh-CN' };
let failed = false;

// Before the files are on their way: a hub that refuses the caller doesn't read them.
const door = await fetch(`${hub}/api/v1/deployments`, { headers });
if (!door.ok) {
  console.error((await door.json().catch(() => ({}))).detail ?? `HTTP ${door.status}`);
  process.exit(1);
}

for (const argument of process.argv.slice(2)) {
  const folder = resolve(argument);
  const form = new FormData();
  form.append('name', basename(folder));
  readdirSync(folder)
    .filter(file => /\.(bpmn|dmn|form)$/.test(file))
    .forEach(file => form.append('file', new Blob([readFileSync(join(folder, file))]), file));
  const response = await fetch(`${hub}/api/v1/deployments/check`, {
    method: 'POST',
    headers,
    body: form,
  });
  const answer = await response.json();
  if (!response.ok) {
    console.error(`${basename(folder)}: ${answer.detail ?? response.status}`);
    failed = true;
    continue;
  }
  answer.faults.forEach(fault => console.error(`${basename(folder)}: ${fault}`));
  answer.notes.forEach(note => console.log(`${basename(folder)}: ${note}`));
  failed ||= answer.faults.length > 0;
}
process.exitCode = failed ? 1 : 0;
