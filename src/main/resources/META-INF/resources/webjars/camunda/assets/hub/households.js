// For grid workers and community officers: who registers where they live, and accounts kept for people without a phone.
import { api } from './api.js';
import { el, element, moment, words } from './dom.js';

const text = await words();
const main = document.querySelector('main');
const said = el('p', '', '');
const rows = element('div', { className: 'wide' }, []);
const kept = element('input', { type: 'checkbox', onchange: () => show() }, []);
const field = (name, limit) =>
  element(
    'input',
    {
      type: 'text',
      maxLength: limit,
      required: true,
      placeholder: text('household.' + name),
      ariaLabel: text('household.' + name),
    },
    [],
  );
const button = (name, act) =>
  element('button', { type: 'button', textContent: text('household.' + name), onclick: act }, []);
const cell = (...children) => element('td', {}, children);

function tell(words, className = '') {
  said.textContent = words;
  said.className = className;
}

/** Does something and shows what there is afterwards, or what is wrong. */
async function act(move) {
  tell('');
  try {
    await move();
    await show();
  } catch (problem) {
    tell(problem.message, 'error');
  }
}

/** A small form in the row that it belongs to; what it does shows what there is afterwards. */
function ask(place, inputs, send) {
  const form = element(
    'form',
    {
      className: 'ask',
      onsubmit: event => {
        event.preventDefault();
        tell('');
        send().catch(problem => tell(problem.message, 'error'));
      },
    },
    [...inputs, element('button', { textContent: text('household.send') }, []), button('cancel', () => form.remove())],
  );
  place.append(form);
  inputs[0].focus();
  return form;
}

function refuse(place, one) {
  const reason = field('refuse-reason', 200);
  ask(place, [reason], async () => {
    await api('/households/' + one.account + '/refuse', {
      method: 'POST',
      json: { registeredAt: one.registeredAt, reason: reason.value },
    });
    await show();
  });
}

function file(place, one) {
  const [title, description] = [field('file-title', 200), field('file-words', 4000)];
  const key = crypto.randomUUID();
  ask(place, [title, description], async () => {
    const filed = await api('/requests', {
      method: 'POST',
      key,
      json: { title: title.value, description: description.value, gridCode: one.gridCode, onBehalfOf: one.account },
    });
    tell(text('household.filed', filed.code), 'UP');
    await show();
  });
}

/** First the number, then the code that came to it: what was heard wrong goes no further. */
function handOver(place, one) {
  const [phone, code] = [field('phone-number', 20), field('phone-code', 6)];
  const form = ask(place, [phone], async () => {
    await api('/households/' + one.account + '/phone', { method: 'POST', json: { phone: phone.value } });
    form.remove();
    ask(place, [code], async () => {
      await api('/households/' + one.account + '/phone', {
        method: 'PUT',
        json: { phone: phone.value, code: code.value },
      });
      tell(text('household.handed-over'), 'UP');
      await show();
    });
  });
}

/** What the desk hands to somebody without a phone on paper. */
async function exported(one) {
  const copy = JSON.stringify(await api('/households/' + one.account + '/data'), null, 2);
  element(
    'a',
    { href: 'data:application/json;charset=utf-8,' + encodeURIComponent(copy), download: one.account + '.json' },
    [],
  ).click();
}

function erase(place, one) {
  const name = field('erase-name', 50);
  ask(place, [name], async () => {
    if (name.value.trim() !== one.name) {
      throw new Error(text('household.erase-other'));
    }
    const erasure = await api('/households/' + one.account + '/data', { method: 'DELETE' });
    tell(text('household.erased', erasure.erased, erasure.open.length), 'UP');
    await show();
  });
}

function row(one) {
  const steps = element('td', { className: 'steps' }, []);
  if (one.decidable) {
    steps.append(
      button('confirm', () =>
        act(() =>
          api('/households/' + one.account + '/confirm', { method: 'POST', json: { registeredAt: one.registeredAt } }),
        ),
      ),
      ' ',
      button('refuse', () => refuse(steps, one)),
    );
  } else if (one.keptBy) {
    steps.append(
      button('file', () => file(steps, one)),
      ' ',
      button('phone', () => handOver(steps, one)),
      ' ',
      button('export', () => act(() => exported(one))),
      ' ',
      button('erase', () => erase(steps, one)),
    );
  }
  return element('tr', {}, [
    cell(one.name, one.keptBy && el('div', text('household.kept'), 'muted')),
    cell(one.address, one.together ? el('div', text('household.together', one.together), 'muted') : ''),
    cell(one.grid),
    cell(text('household.state.' + one.state), one.reason && el('div', one.reason, 'muted')),
    cell(moment(one.registeredAt)),
    steps,
  ]);
}

async function show() {
  try {
    const all = await api('/households?kept=' + kept.checked);
    rows.replaceChildren(
      all.length
        ? element('table', { className: 'cards' }, [
            element('thead', {}, [
              element(
                'tr',
                {},
                ['name', 'address', 'grid', 'state', 'at']
                  .map(head => el('th', text('household.' + head)))
                  .concat(el('th', '')),
              ),
            ]),
            element('tbody', {}, all.map(row)),
          ])
        : el('p', text('household.none'), 'muted'),
    );
  } catch (problem) {
    tell(problem.message, 'error');
  }
}

const [name, address] = [field('name', 50), field('address', 200)];
const grids = await api('/households/grids');
const grid = element(
  'select',
  { ariaLabel: text('household.grid') },
  grids.map(one => element('option', { value: one.code, textContent: one.name }, [])),
);
const form = element(
  'form',
  {
    className: 'bar',
    onsubmit: event => {
      event.preventDefault();
      act(async () => {
        await api('/households', {
          method: 'POST',
          json: { name: name.value, address: address.value, gridCode: grid.value },
        });
        tell(text('household.kept-done', name.value), 'UP');
        form.reset();
      });
    },
  },
  [name, address, grid, element('button', { textContent: text('household.keep') }, [])],
);
main.append(
  el('h1', text('household.title')),
  el('p', text('household.about'), 'muted'),
  said,
  element('label', { className: 'bar' }, [kept, ' ', text('household.only-kept')]),
  rows,
  el('h2', text('household.new')),
  form,
);
await show();
