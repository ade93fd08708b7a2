// Figures of the reader's unit, or of the city: each rate with what it is made of, how it is reckoned, and the same as a table to download.
import { api, table } from './api.js';
import { el, element } from './dom.js';
import { panel } from './panel.js';

const RATES = ['response', 'contact', 'solution', 'satisfaction', 'onTime'];
const COUNTS = ['unanswered', 'openOverdue', 'returns', 'extensions', 'reworks'];

/** The first and the last day of this month, the last one and this year, in the browser's days. */
function periods(text) {
  const today = new Date();
  const day = (month, date) => {
    const local = new Date(today.getFullYear(), month, date);
    return [local.getFullYear(), local.getMonth() + 1, local.getDate()]
      .map(part => String(part).padStart(2, '0'))
      .join('-');
  };
  const month = today.getMonth();
  return [
    [text('desk.figures.this-month'), day(month, 1), day(month, today.getDate())],
    [text('desk.figures.last-month'), day(month - 1, 1), day(month, 0)],
    [text('desk.figures.this-year'), day(0, 1), day(month, today.getDate())],
  ];
}

function rate(share) {
  return share.rate === undefined ? '–' : (share.rate * 100).toFixed(1) + '%';
}

function cell(words, detail) {
  return element('td', {}, [words, detail && el('div', detail, 'muted')]);
}

function row(text, report, line) {
  return element('tr', {}, [
    cell(
      line.unitName ?? text('desk.figures.city'),
      line.category !== undefined && (report.categories[line.category] ?? text('desk.figures.none')),
    ),
    cell(text('desk.figures.part.' + line.part)),
    cell(String(line.closed)),
    ...RATES.map(name =>
      cell(rate(line.rates[name]), line.rates[name].numerator + ' / ' + line.rates[name].denominator),
    ),
    ...COUNTS.map(name => cell(String(line[name]))),
    cell(['YELLOW', 'RED', 'LEVEL_1', 'LEVEL_2'].map(card => line.cards[card]).join(' / ')),
  ]);
}

function shown(text, report) {
  if (!report.lines.length) {
    return [el('p', text('desk.figures.empty'), 'muted')];
  }
  const heads = [
    text('desk.figures.unit'),
    text('desk.figures.part'),
    text('desk.figures.closed'),
    ...[...RATES, ...COUNTS].map(name => report.formulas[name].name),
    text('desk.figures.cards'),
  ];
  return [
    element('div', { className: 'wide' }, [
      element('table', { className: 'table figures' }, [
        element('thead', {}, [
          element(
            'tr',
            {},
            heads.map(head => el('th', head)),
          ),
        ]),
        element(
          'tbody',
          {},
          report.lines.map(line => row(text, report, line)),
        ),
      ]),
    ]),
    element('details', {}, [
      el('summary', text('desk.figures.formulas')),
      element(
        'dl',
        {},
        Object.values(report.formulas).flatMap(one => [el('dt', one.name), el('dd', one.formula)]),
      ),
    ]),
  ];
}

/** What every kind has: how many ended and how, within limits, per unit and step, and how plans are kept. */
function ofKind(text, report) {
  const ended = Object.entries(report.outcomes);
  const share = one => cell(rate(one), one.numerator + ' / ' + one.denominator);
  const grid = (heads, rows) =>
    rows.length > 0 &&
    element('div', { className: 'wide' }, [
      element('table', { className: 'table figures' }, [
        element('thead', {}, [
          element(
            'tr',
            {},
            heads.map(head => el('th', head)),
          ),
        ]),
        element(
          'tbody',
          {},
          rows.map(cells => element('tr', {}, cells)),
        ),
      ]),
    ]);
  const unit = line => cell(line.unitName ?? text('desk.figures.city'));
  const parts = [
    grid(
      [
        text('desk.figures.unit'),
        text('desk.figures.part'),
        text('desk.figures.closed'),
        ...ended.map(([, name]) => name),
        text('desk.figures.on-time'),
        text('desk.figures.overdue'),
        text('desk.figures.cards'),
      ],
      report.lines.map(line => [
        unit(line),
        cell(text('desk.figures.part.' + line.part)),
        cell(String(line.closed)),
        ...ended.map(([code]) => cell(String(line.outcomes[code] ?? 0))),
        share(line.onTime),
        cell(String(line.openOverdue)),
        cell(['YELLOW', 'RED', 'LEVEL_1', 'LEVEL_2'].map(card => line.cards[card]).join(' / ')),
      ]),
    ),
    grid(
      ['unit', 'step', 'ended', 'in-time', 'mean-hours', 'mean-limit-hours'].map(name => text('desk.figures.' + name)),
      report.steps.map(step => [
        unit(step),
        cell(step.name),
        cell(String(step.ended)),
        share(step.inTime),
        cell(step.meanHours.toFixed(1)),
        cell(step.meanLimitHours?.toFixed(1) ?? '–'),
      ]),
    ),
    grid(
      ['unit', 'register', 'kept'].map(name => text('desk.figures.' + name)),
      report.plans.map(plan => [unit(plan), cell(plan.registerName), share(plan.kept)]),
    ),
  ].filter(Boolean);
  return parts.length ? parts : [el('p', text('desk.figures.empty'), 'muted')];
}

export default [
  panel('figures', 320, async text => {
    const categories = Object.fromEntries(
      (await api('/directory/categories')).map(category => [category.code, category.name]),
    );
    const choices = periods(text);
    const input = (value, label) =>
      element('input', { type: 'date', className: 'form-control', value, ariaLabel: label }, []);
    const from = input(choices[0][1], text('desk.figures.from'));
    const to = input(choices[0][2], text('desk.figures.to'));
    const by = element(
      'select',
      { className: 'form-control', ariaLabel: text('desk.figures.by') },
      [
        ['', 'total'],
        ['UNIT', 'units'],
        ['CATEGORY', 'categories'],
      ].map(([value, key]) => element('option', { value }, [text('desk.figures.' + key)])),
    );
    const [own, kinds] = await Promise.all([api('/figures'), api('/kinds')]);
    const kind = element(
      'select',
      { className: 'form-control', ariaLabel: text('desk.figures.kind') },
      kinds.map(one => element('option', { value: one.kind, selected: one.kind === own.kind }, [one.name])),
    );
    const result = element('div', {}, []);
    const problem = el('p', '', 'error');
    const query = () => '/figures?from=' + from.value + '&to=' + to.value + (by.value && '&by=' + by.value);
    const guarded = action => async () => {
      problem.textContent = '';
      await action().catch(refused => {
        problem.textContent = refused.message;
      });
    };
    const refresh = guarded(async () => {
      const rated = !kinds.length || kind.value === own.kind;
      download.hidden = !rated;
      result.replaceChildren(
        ...(rated
          ? shown(text, { ...(await api(query())), categories })
          : ofKind(
              text,
              await api(
                '/figures/' +
                  kind.value +
                  '?from=' +
                  from.value +
                  '&to=' +
                  to.value +
                  (by.value === 'UNIT' ? '&by=UNIT' : ''),
              ),
            )),
      );
    });
    [from, to, by, kind].forEach(field => {
      field.onchange = refresh;
    });
    const quick = choices.map(([label, first, last]) =>
      element(
        'button',
        {
          type: 'button',
          className: 'btn btn-default',
          onclick: () => {
            from.value = first;
            to.value = last;
            refresh();
          },
        },
        [label],
      ),
    );
    const download = element(
      'button',
      {
        type: 'button',
        className: 'btn btn-default',
        onclick: guarded(() => table(query(), text('desk.figures') + '.csv')),
      },
      [text('desk.figures.download')],
    );
    await refresh();
    return [
      element(
        'div',
        { className: 'bar' },
        [kinds.length > 1 && kind, ...quick, from, '–', to, by, download].filter(Boolean),
      ),
      problem,
      result,
    ];
  }),
];
