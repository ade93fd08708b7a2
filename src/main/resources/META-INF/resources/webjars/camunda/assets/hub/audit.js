// For auditors: who saw or did what, and whether the log is whole.
import { api, table as download } from './api.js';
import { el, element, moment, words } from './dom.js';

const text = await words();
const main = document.querySelector('main');
const said = el('p', '', '');
const rows = element('div', { className: 'wide' }, []);
const field = (name, type = 'search') =>
  element('input', { type, name, placeholder: text('audit.' + name), ariaLabel: text('audit.' + name) }, []);
const asked = ['subject', 'actor', 'action'].map(name => field(name));
const [from, to] = ['from', 'to'].map(name => field(name, 'date'));
const more = element('button', { textContent: text('audit.more'), hidden: true, onclick: () => show(true) }, []);
let next;

const cell = (...children) => element('td', {}, children);
const button = (name, act) => element('button', { textContent: text('audit.' + name), onclick: act }, []);
/** The city's days. */
const instant = (day, after) =>
  new Date(new Date(day + 'T00:00:00+08:00').getTime() + (after ? 86400000 : 0)).toISOString();

/** A word of the log in Chinese, where it has one. */
function named(kind, word) {
  const key = 'audit.' + kind + '.' + word;
  const said = text(key);
  return said === key ? word : said;
}

function tell(words, className = '') {
  said.textContent = words;
  said.className = className;
}

function question() {
  const query = new URLSearchParams(
    asked.filter(input => input.value.trim()).map(input => [input.name, input.value.trim()]),
  );
  if (from.value) {
    query.set('from', instant(from.value));
  }
  if (to.value) {
    query.set('to', instant(to.value, true));
  }
  return query;
}

function row(entry) {
  return element('tr', {}, [
    cell(moment(entry.at)),
    cell(entry.actor, el('div', entry.roles.map(role => named('role', role)).join('、'), 'muted')),
    // What is done with a matter is called the same, whatever its kind; which one it was stands below.
    cell(named('action', entry.action.replace(/^matter\.[^.]+\./, 'request.')), el('div', entry.action, 'muted')),
    cell(entry.subject ?? '–'),
    cell(named('policy', entry.policy)),
    cell(entry.address ?? '–'),
    element('td', { className: 'reason' }, [entry.reason ?? '']),
    cell(entry.number === undefined ? '–' : String(entry.number)),
  ]);
}

async function show(on) {
  try {
    const query = question();
    if (on) {
      query.set('cursor', next);
    }
    const page = await api('/audit?' + query);
    next = page.next;
    more.hidden = !next;
    if (on) {
      rows.querySelector('tbody').append(...page.items.map(row));
    } else {
      rows.replaceChildren(
        page.items.length
          ? element('table', {}, [
              element('thead', {}, [
                element(
                  'tr',
                  {},
                  ['at', 'actor', 'action', 'subject', 'policy', 'address', 'reason', 'number'].map(head =>
                    el('th', text('audit.' + head)),
                  ),
                ),
              ]),
              element('tbody', {}, page.items.map(row)),
            ])
          : el('p', text('audit.none'), 'muted'),
      );
    }
  } catch (problem) {
    tell(problem.message, 'error');
  }
}

async function verify() {
  try {
    tell('…');
    const verdict = await api('/audit/verify', { method: 'POST', json: {} });
    tell(
      verdict.whole
        ? text('audit.whole', verdict.checked, verdict.head.number, verdict.head.hash)
        : text('audit.broken', verdict.broken.join('; ')),
      verdict.whole ? 'UP' : 'error',
    );
  } catch (problem) {
    tell(problem.message, 'error');
  }
}

function exported() {
  if (!from.value || !to.value) {
    tell(text('audit.days-first'), 'error');
    return;
  }
  download(
    '/audit/export?' + new URLSearchParams({ from: instant(from.value), to: instant(to.value, true) }),
    'audit.csv',
  ).catch(problem => tell(problem.message, 'error'));
}

const form = element(
  'form',
  {
    className: 'bar',
    onsubmit: event => {
      event.preventDefault();
      show(false);
    },
  },
  [...asked, from, to, element('button', { textContent: text('audit.search') }, [])],
);
main.append(
  el('h1', text('audit.title')),
  el('p', text('audit.about'), 'muted'),
  form,
  element('div', { className: 'bar' }, [button('verify', verify), button('export', exported)]),
  said,
  rows,
  more,
);
await show(false);
