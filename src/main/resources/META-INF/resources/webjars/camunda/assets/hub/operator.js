// For operators: the connected departments, and what couldn't be brought to them or taken from them.
import { api } from './api.js';
import { el, element, moment, words } from './dom.js';

const REFRESH = 5000;
const text = await words();
const main = document.querySelector('main');
const chosen = new Set();
const filter = { connector: '', direction: '' };
const said = el('p', '', 'error');
const connectors = element('div', { className: 'wide' }, []);
const letters = element('div', { className: 'wide' }, []);
const replayChosen = element(
  'button',
  {
    textContent: text('operator.replay-chosen'),
    onclick: () =>
      act(async () => {
        const outcome = await api('/dead-letters/replay', { method: 'POST', json: { ids: [...chosen] } });
        chosen.clear();
        said.textContent = text('operator.replayed', outcome.replayed.length, outcome.failed.length);
      }),
  },
  [],
);

/** Does something and shows what there is afterwards, or what is wrong. */
async function act(move) {
  said.textContent = '';
  try {
    await move();
    await refresh();
  } catch (problem) {
    said.textContent = problem.message;
  }
}

function table(heads, rows, empty) {
  return rows.length
    ? element('table', {}, [
        element('thead', {}, [
          element(
            'tr',
            {},
            heads.map(head => el('th', head)),
          ),
        ]),
        element('tbody', {}, rows),
      ])
    : el('p', empty, 'muted');
}

const cell = (...children) => element('td', {}, children);

function connectorRow(one) {
  const trial = el('span', '', 'muted');
  const test = element(
    'button',
    {
      textContent: text('operator.test'),
      disabled: !one.name,
      onclick: async () => {
        test.disabled = true;
        trial.textContent = '…';
        try {
          const outcome = await api('/connectors/' + one.id + '/test', { method: 'POST', json: {} });
          trial.textContent = outcome.ok
            ? text('operator.test-ok', outcome.millis)
            : text('operator.test-failed', outcome.error, outcome.millis);
          trial.className = outcome.ok ? 'UP' : 'error';
        } catch (problem) {
          trial.textContent = problem.message;
        }
        test.disabled = false;
      },
    },
    [],
  );
  return element('tr', {}, [
    cell(
      el('div', one.name ?? one.id),
      el('div', [one.id, one.kind].filter(Boolean).join(' · '), 'muted'),
      one.problem && el('div', one.problem, 'error'),
    ),
    cell(
      el('div', text('operator.state.' + one.state), 'state ' + one.state),
      one.circuit && el('div', text('operator.circuit.' + one.circuit), 'muted'),
      ...one.inbound
        .filter(way => !way.up)
        .map(way => el('div', text('operator.inbound-down', way.fault ?? '–'), 'error')),
    ),
    cell(String(one.queue), one.oldest && el('div', text('operator.since', moment(one.oldest)), 'muted')),
    cell(one.lastSuccess ? moment(one.lastSuccess) : '–'),
    cell(
      one.errorRate === undefined ? '–' : (one.errorRate * 100).toFixed(1) + '%',
      el('div', text('operator.attempts', one.attempts), 'muted'),
    ),
    cell(String(one.deadLetters)),
    cell(test, ' ', trial),
  ]);
}

function letterRow(letter) {
  const choice = element(
    'input',
    {
      type: 'checkbox',
      checked: chosen.has(letter.id),
      ariaLabel: text('operator.choose', letter.id),
      onchange: () => {
        chosen[choice.checked ? 'add' : 'delete'](letter.id);
        replayChosen.disabled = !chosen.size;
      },
    },
    [],
  );
  return element('tr', {}, [
    cell(choice),
    cell(letter.at ? moment(letter.at) : '–'),
    cell(text('operator.direction.' + letter.direction)),
    cell(letter.connector ?? letter.channel),
    cell(letter.workOrder ?? letter.requestCode ?? '–'),
    element('td', { className: 'reason' }, [letter.reason ?? '']),
    cell(element('button', { textContent: text('operator.look'), onclick: () => show(letter.id) }, [])),
  ]);
}

async function show(id) {
  let detail;
  try {
    detail = await api('/dead-letters/' + id);
  } catch (problem) {
    said.textContent = problem.message;
    return;
  }
  const reason = element('textarea', { placeholder: text('operator.reason'), ariaLabel: text('operator.reason') }, []);
  const wrong = el('p', '', 'error');
  const move = (path, json) => async () => {
    try {
      await api('/dead-letters/' + id + path, { method: 'POST', json });
      dialog.close();
      await refresh();
    } catch (problem) {
      wrong.textContent = problem.message;
    }
  };
  const dialog = element('dialog', { onclose: () => dialog.remove() }, [
    element('h2', {}, [detail.letter.workOrder ?? detail.letter.requestCode ?? id]),
    el('p', detail.letter.reason ?? ''),
    el('h2', text('operator.payload')),
    el('pre', pretty(detail.payload)),
    el('p', text('operator.masked'), 'muted'),
    el('h2', text('operator.details')),
    el('pre', detail.details ?? ''),
    detail.history.length && el('h2', text('operator.history')),
    ...detail.history.map(action =>
      el(
        'p',
        [moment(action.at), action.actor, text('operator.action.' + action.action), action.reason]
          .filter(Boolean)
          .join('　'),
      ),
    ),
    el('h2', text('operator.do')),
    reason,
    wrong,
    element('div', { className: 'bar' }, [
      element('button', { textContent: text('operator.replay'), onclick: move('/replay', {}) }, []),
      element(
        'button',
        {
          className: 'danger',
          textContent: text('operator.discard'),
          onclick: () => move('/discard', { reason: reason.value })(),
        },
        [],
      ),
      element('button', { textContent: text('operator.close'), onclick: () => dialog.close() }, []),
    ]),
  ]);
  document.body.append(dialog);
  dialog.showModal();
}

function pretty(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

async function refresh() {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  const [all, page] = await Promise.all([api('/connectors'), api('/dead-letters?limit=100&' + query)]);
  connectors.replaceChildren(
    table(
      ['connector', 'state', 'queue', 'last-success', 'errors', 'dead-letters', 'trial'].map(head =>
        text('operator.' + head),
      ),
      all.map(connectorRow),
      text('operator.no-connector'),
    ),
  );
  for (const id of [...chosen].filter(id => !page.items.some(letter => letter.id === id))) {
    chosen.delete(id);
  }
  letters.replaceChildren(
    table(
      ['', ...['at', 'way', 'connector', 'work-order', 'why'].map(head => text('operator.' + head)), ''],
      page.items.map(letterRow),
      text('operator.no-letter'),
    ),
  );
  replayChosen.disabled = !chosen.size;
  const known = [...connector.options].map(option => option.value);
  all.filter(one => !known.includes(one.id)).forEach(one => connector.add(new Option(one.name ?? one.id, one.id)));
}

const select = (name, label, ...options) =>
  element(
    'select',
    {
      ariaLabel: label,
      onchange: event => {
        filter[name] = event.target.value;
        refresh();
      },
    },
    options,
  );
const connector = select('connector', text('operator.connector'), new Option(text('operator.all-connectors'), ''));
const direction = select(
  'direction',
  text('operator.way'),
  new Option(text('operator.all-ways'), ''),
  ...['OUT', 'IN'].map(way => new Option(text('operator.direction.' + way), way)),
);

main.append(
  el('h1', text('operator.title')),
  el('p', text('operator.about'), 'muted'),
  said,
  el('h2', text('operator.connectors')),
  connectors,
  el('h2', text('operator.dead-letters')),
  element('div', { className: 'bar' }, [connector, direction, replayChosen]),
  letters,
);
await act(async () => {});
// A trial's outcome or a dialog is not taken away under the reader's eyes.
setInterval(
  () =>
    document.querySelector('dialog[open]') ||
    document.querySelector('main button:disabled:not(.bar button)') ||
    refresh().catch(() => {}),
  REFRESH,
);
