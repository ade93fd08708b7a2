// The lists that kinds keep, for example the points of a patrol: what is due, what there is, and for whoever keeps one, its changes.
import { api } from './api.js';
import { beginWith } from './begin.js';
import { CONTROLS, input } from './decision.js';
import { el, element } from './dom.js';
import { panel } from './panel.js';

const path = (kind, list, rest = '') => `/kinds/${kind.kind}/registers/${list.register}${rest}`;

/** Until when an entry is to be visited, or was to be. */
function due(text, entry) {
  if (!entry.dueOn) {
    return '';
  }
  return text(entry.overdue ? 'register.overdue' : 'register.due', entry.dueOn);
}

/** An entry of one of the kind's own lists. */
CONTROLS.ENTRY = (text, detail, field) => {
  const node = element('select', { className: 'form-control', style: 'width:auto;max-width:100%' }, [
    element('option', { value: '' }, ['']),
  ]);
  const list = { register: field.register };
  const add = entry =>
    node.append(element('option', { value: entry.id }, [[entry.title, due(text, entry)].filter(Boolean).join(' · ')]));
  const loaded = api(path(detail.kind, list, '?limit=200')).then(page => page.items.forEach(add));
  return {
    node,
    value: () => node.value,
    set: async value => {
      await loaded;
      // A long list is offered in part; one that was chosen elsewhere is among it anyway.
      if (![...node.options].some(option => option.value === value)) {
        add(await api(path(detail.kind, list, '/' + value)));
      }
      node.value = value;
      node.dispatchEvent(new Event('input', { bubbles: true }));
    },
  };
};

async function content(text, dialog) {
  const kinds = await api('/kinds');
  const lists = kinds.flatMap(kind => kind.registers.map(list => ({ kind, list })));
  const body = element('div', {}, []);
  const choice = element(
    'div',
    { className: 'decisions' },
    lists.map((one, n) =>
      element('label', {}, [
        element('input', { type: 'radio', name: 'hub-register', onchange: () => show(n) }, []),
        one.list.name,
      ]),
    ),
  );
  const show = n => {
    choice.querySelectorAll('label').forEach((label, i) => label.classList.toggle('chosen', i === n));
    return entries(text, dialog, body, lists[n]);
  };
  if (!lists.length) {
    return [el('p', text('register.none'), 'note')];
  }
  await show(0);
  return lists.length === 1 ? [body] : [choice, body];
}

/** The list, page by page, those first whose day comes first. */
async function entries(text, dialog, body, { kind, list }) {
  const rows = element('tbody', {}, []);
  const more = element('button', { type: 'button', className: 'btn btn-default' }, [text('register.more')]);
  const onlyDue = element('input', { type: 'checkbox' }, []);
  const problem = el('p', '', 'error');
  const again = () => entries(text, dialog, body, { kind, list });
  let next;

  async function load() {
    const query = new URLSearchParams({ limit: 50, due: onlyDue.checked, ...(next && { cursor: next }) });
    const page = await api(path(kind, list, '?' + query));
    next = page.next;
    more.hidden = !next;
    rows.append(...page.items.map(row));
    if (!rows.children.length) {
      rows.append(element('tr', {}, [element('td', {}, [text('register.empty')])]));
    }
  }

  function row(entry) {
    const button = (name, action) =>
      element('button', { type: 'button', className: 'btn btn-link', onclick: action }, [name]);
    return element('tr', { className: entry.overdue ? 'overdue' : '' }, [
      element('td', {}, [
        el('b', entry.title),
        el(
          'div',
          entry.fields
            .filter(field => field.value !== entry.title)
            .map(field => field.label + '：' + field.word)
            .join('；'),
          'muted',
        ),
        el('div', [entry.gridName, entry.place?.address].filter(Boolean).join(' '), 'muted'),
      ]),
      element('td', {}, [
        el('div', due(text, entry)),
        el('div', text('register.visits', entry.visits, entry.visitedAt?.slice(0, 10) ?? '–'), 'muted'),
      ]),
      element('td', {}, [
        kind.mayBegin &&
          asks(kind, list) &&
          button(kind.begin, () => beginWith(text, dialog, kind, { [asks(kind, list).name]: entry.id })),
        list.mayKeep && button(text('register.change'), () => form(text, body, { kind, list, entry, again })),
        list.mayKeep &&
          button(text('register.retire'), () => {
            if (window.confirm(text('register.retire.sure', entry.title))) {
              api(path(kind, list, `/${entry.id}/retire`), { method: 'POST' }).then(again, refused => {
                problem.textContent = refused.message;
              });
            }
          }),
      ]),
    ]);
  }

  const table = element(
    'input',
    {
      type: 'file',
      accept: '.csv,text/csv',
      style: 'display:none',
      onchange: async () => {
        const sent = new FormData();
        sent.append('file', table.files[0]);
        table.value = '';
        try {
          const done = await api(path(kind, list, '/import'), { method: 'POST', body: sent });
          await again();
          body.prepend(el('p', text('register.imported', done.added), 'note'));
        } catch (refused) {
          // By row and column of the table.
          problem.textContent = refused.errors.length
            ? refused.errors.map(error => error.field + '：' + error.reason).join('；')
            : refused.message;
        }
      },
    },
    [],
  );
  onlyDue.onchange = () => {
    next = null;
    rows.replaceChildren();
    load();
  };
  more.onclick = load;
  body.replaceChildren(
    element('p', {}, [
      list.planned && element('label', { style: 'font-weight:normal' }, [onlyDue, ' ' + text('register.only.due')]),
      list.mayKeep &&
        element(
          'button',
          {
            type: 'button',
            className: 'btn btn-default',
            style: 'float:right;margin-left:6px',
            onclick: () => table.click(),
          },
          [text('register.import')],
        ),
      list.mayKeep && table,
      list.mayKeep &&
        element(
          'button',
          {
            type: 'button',
            className: 'btn btn-default',
            style: 'float:right',
            onclick: () => form(text, body, { kind, list, again }),
          },
          [text('register.add')],
        ),
    ]),
    problem,
    element('table', { className: 'hub-register' }, [rows]),
    more,
  );
  await load();
}

/** The field of the kind's form that refers to a list. */
function asks(kind, list) {
  return kind.fields.find(field => field.register === list.register);
}

/** Adds an entry, or changes one. */
function form(text, body, { kind, list, entry, again }) {
  const given = {
    ...Object.fromEntries((entry?.fields ?? []).map(field => [field.name, field.value])),
    ...Object.fromEntries(
      list.fields
        .filter(field => field.type === 'PLACE')
        .map(field => [field.name, entry && { gridCode: entry.gridCode, ...entry.place }]),
    ),
  };
  const inputs = list.fields.map(field => input(text, { suggestion: given, kind }, field, given[field.name]));
  const problem = el('div', '', 'error');
  const send = element('button', { type: 'button', className: 'btn btn-primary' }, [text('register.save')]);
  send.onclick = async () => {
    if (inputs.filter(one => !one.check()).length) {
      return;
    }
    send.disabled = true;
    const json = Object.fromEntries(
      inputs.map(one => [one.name, one.value()]).filter(([, value]) => value !== '' && value !== null),
    );
    try {
      await (entry
        ? api(path(kind, list, '/' + entry.id), { method: 'PUT', json: { ...json, version: entry.version } })
        : api(path(kind, list), { method: 'POST', json }));
      again();
    } catch (refused) {
      problem.textContent = refused.message;
      send.disabled = false;
    }
  };
  body.replaceChildren(
    ...inputs.map(one => one.node),
    problem,
    send,
    element('button', { type: 'button', className: 'btn btn-link', onclick: again }, [text('register.back')]),
  );
}

export default [panel('register', 325, content)];
