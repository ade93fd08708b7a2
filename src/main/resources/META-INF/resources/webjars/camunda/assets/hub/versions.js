// For process designers: who deployed what, what it changed, and the way back; and the keys of their Camunda Modeler.
import { api } from './api.js';
import { el, element, moment, words } from './dom.js';

const text = await words();
const main = document.querySelector('main');
const said = el('p', '', 'error');
const done = el('p', '', 'UP');
const list = element('div', { className: 'wide' }, []);
const keys = element('div', { className: 'wide' }, []);
const made = element('div', {}, []);

const cell = (...children) => element('td', {}, children);
const button = (label, onclick, className = '') =>
  element('button', { type: 'button', textContent: label, onclick, className }, []);
const field = (type, label, more = {}) => element('input', { type, placeholder: label, ariaLabel: label, ...more }, []);
const rows = (heads, all) =>
  element('table', { className: 'cards' }, [
    element('thead', {}, [
      element(
        'tr',
        {},
        heads.map(head => el('th', text('versions.' + head))),
      ),
    ]),
    element('tbody', {}, all),
  ]);

/** Does something, and tells what is wrong or that it is done. */
async function act(move, told) {
  said.textContent = done.textContent = '';
  try {
    await move();
    done.textContent = told ? text(told) : '';
  } catch (problem) {
    said.textContent = problem.message;
  }
}

function version(line, counts) {
  return element('tr', {}, [
    cell(
      el('div', moment(line.at)),
      counts && el('div', text('versions.counts'), 'UP'),
      line.gone && el('div', text('versions.gone'), 'muted'),
    ),
    cell(el('div', line.name), el('div', line.files, 'muted')),
    cell(line.by === 'hub' ? text('versions.hub') : line.by),
    element('td', { className: 'reason' }, [line.why]),
    cell(!line.gone && button(text('versions.look'), () => act(async () => show(line, counts)))),
  ]);
}

/** What a version changed; and back to it, where another counts now. */
async function show(line, counts) {
  const { words, since } = await api('/deployments/' + line.id + '/changes');
  const reason = field('text', text('versions.reason'), { maxLength: 500 });
  const wrong = el('p', '', 'error');
  const back = async () => {
    wrong.textContent = '';
    try {
      await api('/deployments/' + line.id + '/restore', { method: 'POST', json: { reason: reason.value } });
      dialog.close();
      await act(refresh, 'versions.gone-back');
    } catch (problem) {
      wrong.textContent = problem.message;
    }
  };
  const dialog = element('dialog', { onclose: () => dialog.remove() }, [
    el('h2', line.name + ' · ' + moment(line.at)),
    el('p', text(since ? 'versions.changed' : 'versions.first'), 'muted'),
    element(
      'ul',
      {},
      words.map(sentence => el('li', sentence)),
    ),
    wrong,
    !counts &&
      element('div', { className: 'bar' }, [
        reason,
        button(text('versions.back'), () => window.confirm(text('versions.back-sure')) && back(), 'danger'),
      ]),
    element('div', { className: 'bar' }, [button(text('versions.close'), () => dialog.close())]),
  ]);
  document.body.append(dialog);
  dialog.showModal();
}

function key(line) {
  const over = line.revokedAt || new Date(line.expiresAt) < new Date();
  return element('tr', {}, [
    cell(el('div', line.name), el('div', line.owner, 'muted')),
    cell(text(line.revokedAt ? 'versions.taken-back' : over ? 'versions.over' : 'versions.until', day(line.expiresAt))),
    cell(line.usedAt ? moment(line.usedAt) : text('versions.never')),
    cell(
      !over &&
        button(text('versions.take-back'), () =>
          act(async () => {
            await api('/deploy-keys/' + line.id, { method: 'DELETE' });
            await refresh();
          }, 'versions.done'),
        ),
    ),
  ]);
}

function day(instant) {
  return new Date(instant).toLocaleDateString('zh-CN', { timeZone: 'Asia/Shanghai' });
}

const name = field('text', text('versions.key-name'), { maxLength: 80 });
const days = field('number', text('versions.days'), { min: 1, max: 365, value: 180 });
const making = element(
  'form',
  {
    className: 'bar ends',
    onsubmit: event => {
      event.preventDefault();
      act(async () => {
        const fresh = await api('/deploy-keys', {
          method: 'POST',
          json: { name: name.value, days: Number(days.value) },
        });
        made.replaceChildren(el('p', text('versions.told-once')), el('pre', fresh.key));
        name.value = '';
        await refresh();
      });
    },
  },
  [
    name,
    element('label', { className: 'field' }, [el('span', text('versions.days'), 'muted'), days]),
    element('button', { textContent: text('versions.make') }, []),
  ],
);

async function refresh() {
  const [all, mine] = await Promise.all([api('/deployments'), api('/deploy-keys')]);
  const counting = new Set();
  list.replaceChildren(
    rows(
      ['when', 'what', 'who', 'why', 'do'],
      all.map(line => {
        const counts = !line.gone && !counting.has(line.name);
        if (counts) {
          counting.add(line.name);
        }
        return version(line, counts);
      }),
    ),
  );
  keys.replaceChildren(
    mine.length ? rows(['key', 'good', 'used', 'do'], mine.map(key)) : el('p', text('versions.no-key'), 'muted'),
  );
}

main.append(
  el('h1', text('versions.title')),
  el('p', text('versions.about'), 'muted'),
  said,
  done,
  list,
  el('h2', text('versions.keys')),
  el('p', text('versions.keys-about'), 'muted'),
  making,
  made,
  keys,
);
await act(refresh);
