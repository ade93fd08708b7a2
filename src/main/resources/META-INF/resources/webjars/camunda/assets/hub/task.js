// The hub's task page inside the Tasklist: what the resident said, where, what happened so far, and exactly the decisions that
// the model declares for this step. The engine checks what is sent; this page only helps to send the right thing.
import { api } from './api.js';
import { decisionForm, departmentNames } from './decision.js';
import { el, element, words } from './dom.js';
import { header, history, photos, story } from './request.js';
import { supervision } from './supervision.js';

async function open(camForm) {
  const root = camForm.formElement[0].querySelector('[data-hub-task]');
  try {
    const [text, detail, names] = await Promise.all([words(), api('/tasks/' + camForm.taskId), departmentNames()]);
    const request = await api('/matters/' + detail.task.requestCode);
    root.replaceChildren(
      header(text, detail.task, request),
      story(text, request),
      ...photos(text, request),
      ...duplicates(text, request),
      supervision(request),
      history(text, request, names),
    );
    document.body.classList.toggle('hub-reading', !detail.mine);
    if (!detail.mine) {
      return;
    }
    root.append(handOver(text, detail));
    const form = decisionForm(text, detail);
    root.append(el('h4', text('desk.decision')), form.node);
    wire(camForm, form, root);
  } catch (problem) {
    root.replaceChildren(el('p', problem.message, 'note'));
  }
}

/** The Tasklist's own button completes the task; it hands over what was chosen here. */
function wire(camForm, form, root) {
  root.addEventListener('hub-merge-into', event => form.choose('MERGE', { into: event.detail }));
  camForm.on('submit', event => {
    const values = form.values();
    if (!values) {
      event.submitPrevented = true;
      form.node.querySelector('.error:not(:empty)')?.scrollIntoView({ block: 'center' });
      return;
    }
    for (const [name, value] of Object.entries(values)) {
      delete camForm.variableManager.variables[name];
      camForm.variableManager.createVariable({
        name,
        type:
          typeof value === 'boolean'
            ? 'Boolean'
            : typeof value === 'number'
              ? Number.isInteger(value)
                ? 'Integer'
                : 'Double'
              : 'String',
        value: null,
      });
      camForm.variableManager.variableValue(name, value);
    }
  });
}

/** Asked of the hub with the request's own words and place; a grid worker can merge into one with a click. */
function duplicates(text, request) {
  const list = element('div', {}, []);
  api('/matters/' + request.code + '/similar').then(
    found => {
      if (!found.length) {
        return;
      }
      list.append(
        el('h4', text('desk.similar')),
        element(
          'ul',
          {},
          found.map(other => {
            const into = element(
              'a',
              {
                href: '',
                onclick: event => {
                  event.preventDefault();
                  list.dispatchEvent(new CustomEvent('hub-merge-into', { bubbles: true, detail: other.code }));
                },
              },
              [other.code],
            );
            return element('li', {}, [
              into,
              ' ' + other.title + ' ',
              el('span', text('desk.likeness', Math.round(other.likeness * 100)), 'muted'),
            ]);
          }),
        ),
      );
    },
    () => {},
  );
  return [list];
}

/** To a colleague of the same desk; whoever handled this request at this desk before comes first. */
function handOver(text, detail) {
  const box = element('div', {}, []);
  api('/tasks/' + detail.task.id + '/colleagues').then(
    people => {
      if (!people.length) {
        return;
      }
      const choice = element(
        'select',
        { className: 'form-control', style: 'width:auto;display:inline-block' },
        people.map(person =>
          element('option', { value: person.username }, [
            person.name + (person.handledBefore ? text('desk.handled-before') : ''),
          ]),
        ),
      );
      const answer = el('span', '', 'muted');
      const hand = element(
        'button',
        {
          type: 'button',
          className: 'btn btn-default',
          onclick: async () => {
            try {
              await api('/tasks/' + detail.task.id + '/assign', { method: 'POST', json: { assignee: choice.value } });
              answer.textContent = text('desk.handed-over', choice.selectedOptions[0].textContent);
            } catch (problem) {
              answer.textContent = problem.message;
            }
          },
        },
        [text('desk.hand-over')],
      );
      box.append(el('h4', text('desk.colleagues')), choice, ' ', hand, ' ', answer);
    },
    () => {},
  );
  return box;
}

window.liudanTask = { open };
export default [];
