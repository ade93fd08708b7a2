// Begins a matter of any kind that the reader may begin, with the form that its manifest declares.
import { api } from './api.js';
import { CONTROLS, input } from './decision.js';
import { el, element } from './dom.js';
import { look } from './lookup.js';
import { panel } from './panel.js';

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
  api('/directory/grids').then(all => options(grid, all, one => one.name));
  return {
    node: element('div', {}, [grid, address]),
    value: () => (grid.value ? { gridCode: grid.value, ...(address.value && { address: address.value }) } : null),
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

async function content(text, dialog) {
  const kinds = (await api('/kinds')).filter(kind => kind.mayBegin);
  const form = element('div', {}, []);
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
    const inputs = kind.fields.map(field => input(text, { suggestion: {} }, field));
    const problem = el('div', '', 'error');
    // The same form sent twice is one matter.
    const key = crypto.randomUUID();
    const send = element('button', { type: 'button', className: 'btn btn-primary' }, [kind.begin]);
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
    form.replaceChildren(...inputs.map(one => one.node), problem, send);
  }

  if (kinds.length === 1) {
    show(kinds[0]);
  }
  return kinds.length ? [choice, form] : [el('p', text('begin.none'), 'note')];
}

export default [panel('begin', 330, content)];
