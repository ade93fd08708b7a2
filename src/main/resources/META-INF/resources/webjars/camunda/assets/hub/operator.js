// For operators: the connected departments, and what couldn't be brought to them or taken from them.
import { api } from './api.js';
import { el, element, moment, words } from './dom.js';

const REFRESH = 5000;
const text = await words();
const main = document.querySelector('main');
const chosen = new Set();
/** What the last trial of each department told: it outlasts the next refresh. */
const trials = new Map();
const TROUBLE = ['DOWN', 'OPEN', 'FAILING'];
/** Operators tell the city's time. */
const CITY = '+08:00';
const filter = { connector: '', direction: '' };
const said = el('p', '', 'error');
const connectors = element('div', { className: 'wide' }, []);
const letters = element('div', { className: 'wide' }, []);
const deliveries = element('div', { className: 'wide' }, []);
const exchanges = element('div', { className: 'wide' }, []);
/** Whether exchanges have been asked for. */
let wanted = false;
const sought = element(
  'input',
  {
    type: 'search',
    ariaLabel: text('operator.find-exchanges'),
    placeholder: text('operator.find-exchanges'),
    onkeydown: event => event.key === 'Enter' && find(),
  },
  [],
);
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

/** What a trial told, opened on demand: what was sent, and what came back. */
function told(outcome) {
  const ways = [
    ['operator.test-sent', outcome.sent],
    ['operator.test-answer', outcome.answer],
  ].filter(([, words]) => words);
  return element('div', {}, [
    el(
      'div',
      outcome.ok
        ? text('operator.test-ok', outcome.millis)
        : text('operator.test-failed', outcome.error, outcome.millis),
      outcome.ok ? 'UP' : 'error',
    ),
    outcome.receipt && el('div', text('operator.test-receipt', outcome.receipt), 'muted'),
    outcome.status && el('div', text('operator.test-status', outcome.status), 'muted'),
    ...ways.map(([label, words]) =>
      element('details', {}, [element('summary', {}, [text(label)]), el('pre', pretty(words))]),
    ),
  ]);
}

function connectorRow(one) {
  const trial = element('div', {}, []);
  const test = element(
    'button',
    {
      textContent: text('operator.test'),
      disabled: !one.name,
      onclick: async () => {
        test.disabled = true;
        trial.replaceChildren('…');
        try {
          trials.set(one.id, told(await api('/connectors/' + one.id + '/test', { method: 'POST', json: {} })));
        } catch (problem) {
          trials.set(one.id, el('div', problem.message, 'error'));
        }
        trial.replaceChildren(trials.get(one.id));
        test.disabled = false;
      },
    },
    [],
  );
  if (trials.has(one.id)) {
    trial.append(trials.get(one.id));
  }
  const hold = element(
    'button',
    {
      textContent: text(one.hold ? 'operator.resume' : 'operator.pause'),
      onclick: () =>
        one.hold ? act(() => api('/connectors/' + one.id + '/resume', { method: 'POST', json: {} })) : pause(one),
    },
    [],
  );
  return element('tr', { className: TROUBLE.includes(one.state) || one.deadLetters ? 'trouble' : '' }, [
    cell(
      el('div', one.name ?? one.id),
      el('div', [one.id, one.kind].filter(Boolean).join(' · '), 'muted'),
      one.problem && el('div', one.problem, 'error'),
    ),
    cell(
      el('div', text('operator.state.' + one.state), 'state ' + one.state),
      one.circuit && one.circuit !== 'CLOSED' && el('div', text('operator.circuit.' + one.circuit), 'muted'),
      one.hold && el('div', text('operator.hold', one.hold.by, moment(one.hold.since), one.hold.reason), 'muted'),
      one.hold?.until && el('div', text('operator.hold-until', moment(one.hold.until)), 'muted'),
      ...one.inbound
        .filter(way => !way.up)
        .map(way => el('div', text('operator.inbound-down', way.error ?? '–'), 'error')),
    ),
    cell(String(one.queue), one.oldest && el('div', text('operator.since', moment(one.oldest)), 'muted')),
    cell(one.lastSuccess ? moment(one.lastSuccess) : '–'),
    cell(
      one.errorRate === undefined ? '–' : (one.errorRate * 100).toFixed(1) + '%',
      el('div', text('operator.attempts', one.attempts), 'muted'),
    ),
    cell(String(one.deadLetters)),
    cell(element('div', { className: 'bar' }, [test, hold]), trial),
  ]);
}

/** Asks why, and until when. */
function pause(one) {
  const reason = element(
    'textarea',
    { placeholder: text('operator.pause-reason'), ariaLabel: text('operator.pause-reason') },
    [],
  );
  const until = element('input', { type: 'datetime-local', ariaLabel: text('operator.pause-until') }, []);
  const wrong = el('p', '', 'error');
  const dialog = element('dialog', { onclose: () => dialog.remove() }, [
    element('h2', {}, [(one.name ?? one.id) + ' · ' + text('operator.pause')]),
    reason,
    element('label', {}, [text('operator.pause-until'), ' ', until]),
    wrong,
    element('div', { className: 'bar' }, [
      element(
        'button',
        {
          textContent: text('operator.pause'),
          onclick: async () => {
            try {
              await api('/connectors/' + one.id + '/pause', {
                method: 'POST',
                json: {
                  reason: reason.value,
                  ...(until.value && { until: new Date(until.value + CITY).toISOString() }),
                },
              });
              dialog.close();
              await refresh();
            } catch (problem) {
              wrong.textContent = problem.message;
            }
          },
        },
        [],
      ),
      element('button', { textContent: text('operator.close'), onclick: () => dialog.close() }, []),
    ]),
  ]);
  document.body.append(dialog);
  dialog.showModal();
}

function deliveryRow(one) {
  return element('tr', { className: one.connected ? '' : 'trouble' }, [
    cell(one.since ? moment(one.since) : '–'),
    cell(el('div', one.name ?? one.connector), !one.connected && el('div', text('operator.not-connected'), 'error')),
    cell(one.requestCode ?? '–'),
    element('td', { className: 'reason' }, [
      one.reason ?? '',
      one.attemptsLeft !== undefined && el('div', text('operator.attempts-left', one.attemptsLeft), 'muted'),
    ]),
    cell(
      element(
        'button',
        {
          textContent: text('operator.give-up'),
          onclick: () => act(() => api('/deliveries/' + one.id + '/give-up', { method: 'POST', json: {} })),
        },
        [],
      ),
    ),
  ]);
}

function exchangeRow(one) {
  return element('tr', {}, [
    cell(moment(one.at)),
    cell(text('operator.direction.' + one.direction)),
    cell(el('div', one.department), el('div', one.wire, 'muted')),
    cell(one.workOrder ?? '–'),
    cell(
      el(
        'div',
        text('operator.exchange-outcome.' + one.outcome),
        ['FAILED', 'REFUSED'].includes(one.outcome) ? 'error' : '',
      ),
      one.fault && el('div', one.fault, 'muted'),
    ),
    cell(one.receipt ?? '–'),
    cell(
      el('div', text('operator.attempt', one.attempt)),
      el('div', text('operator.size', one.bytes, one.millis ?? '–'), 'muted'),
    ),
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

/** By the order if it looks like one, else by the receipt; without either the newest. Nothing until it is asked for. */
async function exchanged() {
  const word = sought.value.trim();
  if (!wanted) {
    return [];
  }
  const query = new URLSearchParams({ limit: word ? 100 : 20 });
  if (word) {
    query.set(/^\d+-\d+-[a-z]+$/.test(word) ? 'workOrder' : 'receipt', word);
  }
  if (filter.connector) {
    query.set('connector', filter.connector);
  }
  return (await api('/exchanges?' + query)).items;
}

function find() {
  wanted = true;
  return act(async () => {});
}

async function refresh() {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  const [all, page, waiting, found] = await Promise.all([
    api('/connectors'),
    api('/dead-letters?limit=100&' + query),
    api('/deliveries?limit=100&' + (filter.connector ? 'connector=' + filter.connector : '')),
    exchanged(),
  ]);
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
  deliveries.replaceChildren(
    table(
      [...['since-when', 'connector', 'request', 'why'].map(head => text('operator.' + head)), ''],
      [...waiting.items].sort((one, other) => one.connected - other.connected).map(deliveryRow),
      text('operator.no-delivery'),
    ),
  );
  exchanges.replaceChildren(
    table(
      ['at', 'way', 'wire', 'work-order', 'outcome', 'receipt', 'attempt-head'].map(head => text('operator.' + head)),
      found.map(exchangeRow),
      wanted ? text('operator.no-exchange') : '',
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
  el('h2', text('operator.deliveries')),
  deliveries,
  el('h2', text('operator.exchanges')),
  element('div', { className: 'bar' }, [
    sought,
    element('button', { textContent: text('operator.find'), onclick: () => find() }, []),
  ]),
  exchanges,
);
await act(async () => {});
// A trial's outcome or a dialog is not taken away under the reader's eyes.
setInterval(
  () =>
    document.querySelector('dialog[open], details[open]') ||
    document.querySelector('main button:disabled:not(.bar button)') ||
    refresh().catch(() => {}),
  REFRESH,
);
