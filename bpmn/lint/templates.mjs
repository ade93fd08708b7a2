// Checks element templates by the rules by which Camunda Modeler takes or refuses them.
import { readFileSync } from 'node:fs';
import { validateAll } from '@bpmn-io/element-templates-validator';

let failed = false;

for (const file of process.argv.slice(2)) {
  validateAll(JSON.parse(readFileSync(file, 'utf8')))
    .results.filter(result => !result.valid)
    .forEach(({ object, errors }) => {
      errors.forEach(error => console.error(`${file}: ${object.id}: ${error.message}`));
      failed = true;
    });
}
process.exit(failed ? 1 : 0);
