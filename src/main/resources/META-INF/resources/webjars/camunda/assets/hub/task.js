// The hub's task page inside the Tasklist: what the resident said, where, what happened so far, and exactly the decisions that
// the model declares for this step. The engine checks what is sent; this page only helps to send the right thing.
import { api, photo } from './api.js';
import { element, el, moment, words } from './dom.js';
import { decisionForm, departmentNames } from './decision.js';
import { gridMap } from './map.js';

async function open(camForm) {
  const root = camForm.formElement[0].querySelector('[data-hub-task]');
  try {
    const [text, detail, names] = await Promise.all([words(), api('/tasks/' + camForm.taskId), departmentNames()]);
    const request = await api('/requests/' + detail.task.requestCode);
    root.replaceChildren(
      header(text, detail.task, request),
      story(text, request),
      ...photos(text, request),
      ...duplicates(text, request),
      history(text, request, names),
      handOver(text, detail)
    );
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
      camForm.variableManager.createVariable({ name, type: typeof value === 'boolean' ? 'Boolean' : typeof value === 'number' ? 'Integer' : 'String', value: null });
      camForm.variableManager.variableValue(name, value);
    }
  });
}

function header(text, task, request) {
  const late = task.dueAt && new Date(task.dueAt) < new Date();
  return element('div', {}, [
    el('h3', request.title),
    element('p', { className: 'tags' }, [
      el('span', request.code), el('span', task.deskName), request.categoryName && el('span', request.categoryName), el('span', request.statusName),
      request.urgency && request.urgency !== 'NORMAL' && el('span', text('desk.urgency.' + request.urgency), 'alert-tag'),
      request.urged > 0 && el('span', text('desk.urged', request.urged), 'alert-tag'),
      task.dueAt && el('span', text(late ? 'desk.overdue' : 'desk.due', moment(task.dueAt)), late ? 'alert-tag' : '')
    ])
  ]);
}

function story(text, request) {
  const contact = request.contact;
  return element('div', { className: 'two' }, [
    element('div', { className: 'words' }, [
      el('h4', text('desk.story')),
      el('div', request.description ?? ''),
      el('p', contact ? text('desk.contact', contact.name ?? text('desk.unnamed'), contact.phone ?? '—')
        : text(request.anonymous ? 'desk.anonymous' : 'desk.no-contact'), 'muted'),
      el('p', [request.gridName, request.location?.address].filter(Boolean).join(' · '), 'muted')
    ]),
    gridMap(request, text)
  ]);
}

function photos(text, request) {
  return request.attachments?.length ? [el('h4', text('desk.files')), element('div', { className: 'photos' }, request.attachments.map(file => photo(file)))] : [];
}

/** Asked of the hub with the request's own words and place; a grid worker can merge into one with a click. */
function duplicates(text, request) {
  const list = element('div', {}, []);
  api('/requests/' + request.code + '/similar').then(found => {
    if (!found.length) {
      return;
    }
    list.append(el('h4', text('desk.similar')), element('ul', {}, found.map(other => {
      const into = element('a', { href: '', onclick: event => {
        event.preventDefault();
        list.dispatchEvent(new CustomEvent('hub-merge-into', { bubbles: true, detail: other.code }));
      } }, [other.code]);
      return element('li', {}, [into, ' ' + other.title + ' ', el('span', text('desk.likeness', Math.round(other.likeness * 100)), 'muted')]);
    })));
  }, () => {});
  return [list];
}

function history(text, request, names) {
  const list = element('ol', { className: 'timeline' }, request.timeline.map(entry => element('li', {}, [
    el('span', moment(entry.at) + ' ', 'muted'), entry.text, entry.deskName ? el('span', ' ' + entry.deskName, 'muted') : null,
    entry.type === 'commented' ? el('div', entry.data.text) : said(text, entry.data?.fields, names)
  ])));
  const note = element('input', { type: 'text', className: 'form-control', placeholder: text('desk.comment-hint'), maxLength: 2000 }, []);
  const add = element('button', { type: 'button', className: 'btn btn-default', onclick: async () => {
    if (!note.value.trim()) {
      return;
    }
    const fresh = await api('/requests/' + request.code + '/comments', { method: 'POST', json: { text: note.value } });
    box.replaceWith(history(text, fresh, names));
  } }, [text('desk.comment-add')]);
  const box = element('div', {}, [el('h4', text('desk.history')), list,
    element('div', { className: 'input-group', style: 'margin-top:6px' }, [note, element('span', { className: 'input-group-btn' }, [add])])]);
  return box;
}

/** The words that went with a decision; codes of departments and urgencies by their names, files left to the pictures above. */
function said(text, fields, names) {
  const word = (name, value) => name === 'urgency' ? text('desk.urgency.' + value) : name === 'lead' ? names.get(value) ?? value : value;
  const shown = Object.entries(fields ?? {}).filter(([name, value]) => name !== 'evidence' && (typeof value === 'string' ? value : name === 'supporting' && value.length))
    .map(([name, value]) => text('desk.field.' + name) + '：' + [value].flat().map(one => name === 'supporting' ? names.get(one) ?? one : word(name, one)).join('、'));
  return shown.length ? el('div', shown.join('；')) : null;
}

/** To a colleague of the same desk; whoever handled this request at this desk before comes first. */
function handOver(text, detail) {
  const box = element('div', {}, []);
  api('/tasks/' + detail.task.id + '/colleagues').then(people => {
    if (!people.length) {
      return;
    }
    const choice = element('select', { className: 'form-control', style: 'width:auto;display:inline-block' },
      people.map(person => element('option', { value: person.username },
        [person.name + (person.handledBefore ? text('desk.handled-before') : '')])));
    const answer = el('span', '', 'muted');
    const hand = element('button', { type: 'button', className: 'btn btn-default', onclick: async () => {
      try {
        await api('/tasks/' + detail.task.id + '/assign', { method: 'POST', json: { assignee: choice.value } });
        answer.textContent = text('desk.handed-over', choice.selectedOptions[0].textContent);
      } catch (problem) {
        answer.textContent = problem.message;
      }
    } }, [text('desk.hand-over')]);
    box.append(el('h4', text('desk.colleagues')), choice, ' ', hand, ' ', answer);
  }, () => {});
  return box;
}

window.liudanTask = { open };
export default [];
