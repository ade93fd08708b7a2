import { api, photo } from './api.js';
import { el, element } from './dom.js';

/** The decisions that are open on a task, and the fields of the chosen one. */
export function decisionForm(text, detail) {
  const fields = element('div', {}, []);
  let chosen;
  let inputs = [];
  const labels = detail.task.decisions.map(decision => {
    const radio = element(
      'input',
      { type: 'radio', name: 'hub-decision', value: decision.decision, onchange: () => choose(decision.decision) },
      [],
    );
    return element('label', {}, [radio, decision.name]);
  });

  function choose(name, given = {}) {
    chosen = detail.task.decisions.find(decision => decision.decision === name);
    if (!chosen) {
      return;
    }
    labels.forEach(label => {
      const radio = label.querySelector('input');
      radio.checked = radio.value === name;
      label.classList.toggle('chosen', radio.checked);
    });
    problem.textContent = '';
    inputs = chosen.fields.map(field => input(text, detail, field, given[field.name]));
    fields.replaceChildren(...inputs.map(one => one.node));
  }

  /** What is to be sent, or nothing when something is missing; what is missing is then marked. */
  function values() {
    if (!chosen) {
      problem.textContent = text('desk.choose');
      return null;
    }
    const missing = inputs.filter(one => !one.check());
    return missing.length
      ? null
      : Object.fromEntries([
          ['decision', chosen.decision],
          ...inputs.map(one => [one.name, one.value()]).filter(([, value]) => value !== '' && value !== null),
        ]);
  }

  const problem = el('div', '', 'error');
  if (detail.task.decisions.length === 1) {
    choose(detail.task.decisions[0].decision);
  }
  return {
    node: element('div', { className: 'field' }, [element('div', { className: 'decisions' }, labels), problem, fields]),
    choose,
    values,
  };
}

/** A field as people fill it in, with its label and what is wrong with it. */
export function input(text, detail, field, given) {
  const control = CONTROLS[field.type]?.(text, detail, field) ?? area();
  const problem = el('div', '', 'error');
  if (given) {
    control.set?.(given);
  }
  return {
    name: field.name,
    value: control.value,
    node: element('div', { className: 'field', oninput: () => (problem.textContent = '') }, [
      el('label', field.label, field.required ? 'required' : ''),
      control.node,
      problem,
    ]),
    check() {
      const value = control.value();
      problem.textContent = control.busy?.()
        ? text('desk.uploading')
        : field.required && (value === '' || value === null)
          ? text('desk.required')
          : '';
      return !problem.textContent;
    },
  };
}

/** By a field's type, what it is filled in with. */
export const CONTROLS = {
  ATTACHMENTS: files,
  DEPARTMENT: department,
  DEPARTMENTS: departments,
  PERSON: person,
  TEXT: () => line('text', { maxLength: 200, style: 'width:100%' }),
  DATE: () => line('date'),
  WORD: (text, detail, field) => choice(field, detail.suggestion?.[field.name]),
  NUMBER: (text, detail, field) => (field.words.length ? number(choice(field)) : number(amount(field))),
  BOOLEAN: text =>
    truth(
      select(
        [
          ['', ''],
          ['true', text('desk.yes')],
          ['false', text('desk.no')],
        ],
        '',
      ),
    ),
  MATTER: () => line('text'),
};

function area() {
  const node = element('textarea', { className: 'form-control', maxLength: 4000 }, []);
  return {
    node,
    value: () => node.value.trim(),
    set: value => {
      node.value = value;
    },
  };
}

function line(type, how) {
  const node = element('input', { type, className: 'form-control', style: 'width:220px', ...how }, []);
  return {
    node,
    value: () => node.value.trim(),
    set: value => {
      node.value = value;
    },
  };
}

function select(options, selected) {
  const node = element(
    'select',
    { className: 'form-control', style: 'width:auto' },
    options.map(([value, label]) => element('option', { value, selected: value === selected }, [label])),
  );
  return {
    node,
    value: () => node.value,
    set: value => {
      node.value = value;
    },
  };
}

/** One of the model's words; nothing is chosen unless it is suggested. */
function choice(field, suggested = '') {
  return select([['', ''], ...field.words.map(word => [word.value, word.label])], suggested ?? '');
}

function amount(field) {
  return line('number', {
    min: field.min ?? '',
    max: field.max ?? '',
    step: 10 ** -field.decimals,
    style: 'width:140px',
    placeholder: field.min === null || field.min === undefined ? '' : field.min + '–' + field.max,
  });
}

function number(control) {
  return { ...control, value: () => (control.value() === '' ? null : Number(control.value())) };
}

function truth(control) {
  return { ...control, value: () => (control.value() === '' ? null : control.value() === 'true') };
}

/** Colleagues at the task's desk. */
function person(text, detail) {
  const people = element('select', { className: 'form-control', style: 'width:auto' }, [
    element('option', { value: '' }, ['']),
  ]);
  api('/tasks/' + detail.task.id + '/colleagues').then(all =>
    people.append(...all.map(one => element('option', { value: one.username }, [one.name]))),
  );
  return { node: people, value: () => people.value };
}

/** By name, what the routing table suggests on top. */
function department(text, detail, field) {
  const units = element('select', { className: 'form-control', style: 'width:auto' }, [
    element('option', { value: '' }, ['']),
  ]);
  const ready = list().then(all => {
    const suggested = all.find(unit => unit.code === detail.suggestion?.[field.name]);
    units.append(
      ...(suggested
        ? [element('option', { value: suggested.code, selected: true }, [suggested.name + text('desk.suggested')])]
        : []),
      ...all.filter(unit => unit !== suggested).map(unit => element('option', { value: unit.code }, [unit.name])),
    );
  });
  return { node: units, ready, value: () => units.value };
}

function departments(text, detail, field) {
  const box = element('div', { className: 'checks' }, []);
  list().then(all => {
    const suggested = detail.suggestion?.[field.name] ?? [];
    const rank = unit => (suggested.includes(unit.code) ? 0 : 1);
    box.append(
      ...[...all]
        .sort((a, b) => rank(a) - rank(b))
        .map(unit =>
          element('label', {}, [
            element('input', { type: 'checkbox', value: unit.code }, []),
            ' ' + unit.name + (rank(unit) ? '' : text('desk.suggested')),
          ]),
        ),
    );
  });
  return { node: box, value: () => [...box.querySelectorAll('input:checked')].map(input => input.value).join(',') };
}

let units;

function list() {
  units ??= api('/directory/org-units').then(all => all.filter(unit => unit.answers));
  return units;
}

/** From a department's code to its name. */
export async function departmentNames() {
  return new Map((await list()).map(unit => [unit.code, unit.name]));
}

/** Uploads at once what is dropped, pasted or picked; what is sent with the decision are the ids. */
function files(text) {
  const kept = [];
  let running = 0;
  const shown = element('div', { className: 'photos' }, []);
  const picker = element(
    'input',
    {
      type: 'file',
      multiple: true,
      accept: 'image/jpeg,image/png,application/pdf',
      style: 'display:none',
      onchange: () => add(picker.files),
    },
    [],
  );
  const problem = el('div', '', 'error');
  const drop = element(
    'div',
    {
      className: 'drop',
      tabIndex: 0,
      onclick: () => picker.click(),
      ondragover: event => {
        event.preventDefault();
        drop.classList.add('over');
      },
      ondragleave: () => drop.classList.remove('over'),
      ondrop: event => {
        event.preventDefault();
        drop.classList.remove('over');
        add(event.dataTransfer.files);
      },
      onpaste: event => add(event.clipboardData.files),
    },
    [text('desk.drop')],
  );

  async function add(list) {
    problem.textContent = '';
    for (const file of list) {
      running++;
      try {
        const body = new FormData();
        body.append('file', file);
        const stored = await api('/attachments', { method: 'POST', body });
        kept.push(stored.id);
        shown.append(photo(stored));
      } catch (refused) {
        problem.textContent = file.name + '：' + refused.message;
      } finally {
        running--;
      }
    }
    picker.value = '';
  }
  return {
    node: element('div', {}, [shown, drop, picker, problem]),
    value: () => kept.join(','),
    busy: () => running > 0,
  };
}
