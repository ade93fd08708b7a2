// For process operators: steps that can't go on, and what can be done about them.
import { api } from './api.js';
import { CONTROLS, departmentNames } from './decision.js';
import { el, element, moment, words } from './dom.js';

const REFRESH = 10000;
const [text, departments] = await Promise.all([words(), departmentNames()]);
const main = document.querySelector('main');
const said = el('p', '', 'error');
const done = el('p', '', 'UP');
const list = element('div', { className: 'wide' }, []);
const total = el('p', '', 'muted');

const cell = (...children) => element('td', {}, children);
const button = (label, onclick, className = '') =>
  element('button', { type: 'button', textContent: label, onclick, className }, []);
const labelled = (label, field) => element('label', { className: 'field' }, [el('span', label, 'muted'), field]);
const select = (label, options) => element('select', { ariaLabel: label }, options);

function row(line) {
  return element('tr', {}, [
    cell(
      el('div', line.requestCode ?? text('stuck.beginning')),
      el('div', [line.deskName, line.task].filter(Boolean).join(' · '), 'muted'),
    ),
    cell(
      el('div', line.elementName),
      el(
        'div',
        [line.modelName ?? line.model, line.version && text('stuck.version', line.version)].filter(Boolean).join(' · '),
        'muted',
      ),
    ),
    cell(
      el('div', moment(line.since)),
      el(
        'div',
        [text('stuck.kind.' + line.kind), line.kind === 'CALL' && text('stuck.times', line.times)]
          .filter(Boolean)
          .join(' · '),
        'muted',
      ),
    ),
    element('td', { className: 'reason' }, [line.reason]),
    cell(
      line.process
        ? button(text('stuck.look'), () => act(async () => show(await api('/processes/' + line.process))))
        : button(text('stuck.dismiss'), () => act(() => api('/stuck-steps/' + line.id, { method: 'DELETE' }), true)),
    ),
  ]);
}

/** Does something and shows what there is afterwards, or what is wrong. */
async function act(move, over) {
  said.textContent = done.textContent = '';
  try {
    await move();
    if (over) {
      done.textContent = text('stuck.done');
      await refresh();
    }
  } catch (problem) {
    said.textContent = problem.message;
  }
}

function show(process) {
  const wrong = el('p', '', 'error');
  const reason = element('textarea', { maxLength: 500, ariaLabel: text('stuck.reason') }, []);
  const move = (path, json) => async () => {
    wrong.textContent = '';
    try {
      await api('/processes/' + process.id + path, { method: 'POST', json: { ...json(), reason: reason.value } });
      dialog.close();
      done.textContent = text('stuck.done');
      await refresh();
    } catch (problem) {
      wrong.textContent = problem.message;
    }
  };
  const field = select(
    text('stuck.field'),
    process.fields.map(one => new Option(one.label, one.name)),
  );
  const value = el('span', '');
  const now = el('span', '', 'muted');
  let control;
  const choose = () => {
    const chosen = process.fields.find(one => one.name === field.value);
    if (chosen) {
      control = CONTROLS[chosen.type](text, {}, chosen);
      value.replaceChildren(control.node);
      now.textContent = chosen.value === undefined ? '' : text('stuck.now', shown(chosen));
    }
  };
  field.onchange = choose;
  choose();
  const from = select(
    text('stuck.from'),
    process.stands.map(one => new Option(one.name, one.id)),
  );
  const to = select(
    text('stuck.to'),
    process.steps
      .filter(one => process.stands.length !== 1 || one.id !== process.stands[0].element)
      .map(one => new Option(one.name, one.id)),
  );
  const outcome = select(
    text('stuck.outcome'),
    process.endings.map(one => new Option(process.endingNames[one], one)),
  );
  const end = move('/end', () => ({ outcome: outcome.value }));
  const dialog = element('dialog', { onclose: () => dialog.remove() }, [
    element('h2', {}, [[process.requestCode, process.processName].filter(Boolean).join(' · ')]),
    el('p', text('stuck.stands') + '：' + process.stands.map(one => one.name).join('、')),
    labelled(text('stuck.reason'), reason),
    wrong,
    element('div', { className: 'bar' }, [
      button(
        text('stuck.retry'),
        move('/retry', () => ({})),
      ),
    ]),
    process.fields.length > 0 &&
      element('div', { className: 'bar ends' }, [
        labelled(text('stuck.field'), field),
        labelled(text('stuck.value'), value),
        button(
          text('stuck.set'),
          move('/set', () => ({ field: field.value, value: control.value() })),
        ),
        now,
      ]),
    element('div', { className: 'bar ends' }, [
      labelled(text('stuck.from'), from),
      labelled(text('stuck.to'), to),
      button(
        text('stuck.move'),
        move('/move', () => ({ from: from.value, to: to.value })),
      ),
    ]),
    process.endings.length > 0 &&
      element('div', { className: 'bar ends' }, [
        labelled(text('stuck.outcome'), outcome),
        button(text('stuck.end'), () => window.confirm(text('stuck.end-sure')) && end(), 'danger'),
      ]),
    element('div', { className: 'bar' }, [button(text('stuck.close'), () => dialog.close())]),
  ]);
  document.body.append(dialog);
  dialog.showModal();
}

/** The words of a field's value. */
function shown(field) {
  const word = field.words.find(one => one.value === String(field.value));
  return word?.label ?? departments.get(field.value) ?? field.value;
}

async function refresh() {
  const page = await api('/stuck-steps');
  total.textContent = page.total ? text('stuck.total', page.total) : '';
  list.replaceChildren(
    page.items.length
      ? element('table', { className: 'cards' }, [
          element('thead', {}, [
            element(
              'tr',
              {},
              ['who', 'where', 'since', 'why', 'do'].map(head => el('th', text('stuck.' + head))),
            ),
          ]),
          element('tbody', {}, page.items.map(row)),
        ])
      : el('p', text('stuck.none'), 'muted'),
  );
}

const code = element('input', { type: 'search', placeholder: text('stuck.find'), ariaLabel: text('stuck.find') }, []);
const search = element(
  'form',
  {
    className: 'bar',
    onsubmit: event => {
      event.preventDefault();
      act(async () => {
        const found = await api('/processes?requestCode=' + encodeURIComponent(code.value.trim()));
        found.length
          ? show(found.find(one => one.endings.length) ?? found[0])
          : (said.textContent = text('stuck.nothing-found'));
      });
    },
  },
  [code, element('button', { textContent: text('stuck.search') }, [])],
);

main.append(el('h1', text('stuck.title')), el('p', text('stuck.about'), 'muted'), search, said, done, total, list);
await act(refresh);
// A dialog is not taken away under the reader's eyes.
setInterval(() => document.querySelector('dialog[open]') || refresh().catch(() => {}), REFRESH);
