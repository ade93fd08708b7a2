// Begins a matter of any kind that the reader may begin, with the form that its manifest declares.
import { api } from './api.js';
import { CONTROLS, input } from './decision.js';
import { el, element } from './dom.js';
import { look } from './lookup.js';
import { close, panel } from './panel.js';

/** What only the beginning of a matter is filled in with. */
Object.assign(CONTROLS, { PLACE: place, CONTACT: contact, CATEGORY: category });

function options(select, all, name) {
  select.append(...all.map(one => element('option', { value: one.code }, [name(one)])));
}

function empty() {
  return element('select', { className: 'form-control', style: 'width:auto' }, [
    element('option', { value: '' }, ['']),
  ]);
}

function words(hint, limit) {
  return element(
    'input',
    { type: 'text', className: 'form-control', placeholder: hint, ariaLabel: hint, maxLength: limit },
    [],
  );
}

/** The grid, and the address in words. */
function place(text) {
  const grid = empty();
  const address = words(text('begin.address'), 200);
  const loaded = api('/directory/grids').then(all => options(grid, all, one => one.name));
  // A point that was there stays, as long as the grid does.
  let had = {};
  return {
    node: element('div', {}, [grid, address]),
    value: () =>
      grid.value
        ? {
            gridCode: grid.value,
            ...(address.value && { address: address.value }),
            ...(grid.value === had.gridCode && had.lat && { lat: had.lat, lon: had.lon }),
          }
        : null,
    set: place => {
      had = place;
      address.value = place.address ?? '';
      loaded.then(() => {
        grid.value = place.gridCode;
      });
    },
  };
}

function contact(text) {
  const name = words(text('begin.name'), 50);
  const phone = words(text('begin.phone'), 20);
  return {
    node: element('div', {}, [name, phone]),
    value: () => (name.value || phone.value ? { name: name.value, phone: phone.value } : null),
  };
}

function category() {
  const node = empty();
  api('/directory/categories').then(all => options(node, all, one => one.name));
  return { node, value: () => node.value };
}

/**
 * The form of a kind, which begins a matter of it.
 *
 * @param given values that are filled in already, by field
 */
function form(text, dialog, kind, given = {}) {
  const entry = kind.fields.find(field => field.type === 'ENTRY');
  let inputs;
  inputs = kind.fields.map(field => input(text, { suggestion: given, kind }, asked(field), given[field.name]));
  const problem = el('div', '', 'error');
  // The same form sent twice is one matter.
  const key = crypto.randomUUID();
  const send = element('button', { type: 'button', className: 'btn btn-primary' }, [kind.begin]);

  /** An entry of a list says where it is. */
  function asked(field) {
    return field.type !== 'PLACE' || !entry
      ? field
      : {
          ...field,
          get required() {
            return field.required && !inputs?.find(one => one.name === entry.name)?.value();
          },
        };
  }

  const label = type =>
    inputs.find(one => one.name === kind.fields.find(field => field.type === type)?.name)?.node.querySelector('label');
  const place = label('PLACE');
  const required = place?.classList.contains('required');
  label('ENTRY')?.parentNode.addEventListener('input', event =>
    place?.classList.toggle('required', required && !event.target.value),
  );

  send.onclick = async () => {
    if (inputs.filter(one => !one.check()).length) {
      return;
    }
    send.disabled = true;
    try {
      const filled = inputs.map(one => [one.name, one.value()]).filter(([, value]) => value !== '' && value !== null);
      const begun = await api('/matters/' + kind.kind, {
        method: 'POST',
        key,
        json: Object.fromEntries(filled),
      });
      await look(text, begun.code, dialog);
    } catch (refused) {
      problem.textContent = refused.message;
      send.disabled = false;
    }
  };
  return [...inputs.map(one => one.node), problem, send];
}

/** Begins a matter of a kind, in a dialog, with some of it filled in. */
export function beginWith(text, dialog, kind, given) {
  dialog.replaceChildren(el('h3', kind.begin), ...form(text, dialog, kind, given), close(text, dialog));
}

async function content(text, dialog) {
  const kinds = (await api('/kinds')).filter(kind => kind.mayBegin);
  const body = element('div', {}, []);
  const choice = element(
    'div',
    { className: 'decisions' },
    kinds.map(kind =>
      element('label', {}, [
        element('input', { type: 'radio', name: 'hub-kind', value: kind.kind, onchange: () => show(kind) }, []),
        kind.name,
      ]),
    ),
  );

  function show(kind) {
    choice.querySelectorAll('label').forEach(label => {
      label.classList.toggle('chosen', label.querySelector('input').value === kind.kind);
    });
    body.replaceChildren(...form(text, dialog, kind));
  }

  if (kinds.length === 1) {
    show(kinds[0]);
  }
  return kinds.length ? [choice, body] : [el('p', text('begin.none'), 'note')];
}

export default [panel('begin', 330, content)];
