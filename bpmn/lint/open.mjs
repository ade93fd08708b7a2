// Opens models with the libraries that Camunda Modeler uses and fails on any warning.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';

const camunda = createRequire(import.meta.url)('camunda-bpmn-moddle/resources/camunda.json');
let failed = false;

for (const file of process.argv.slice(2)) {
  const { warnings } = await new BpmnModdle({ camunda }).fromXML(readFileSync(file, 'utf8'));
  warnings.forEach(warning => console.error(`${file}: ${warning.message}`));
  failed ||= warnings.length > 0;
}
process.exit(failed ? 1 : 0);
