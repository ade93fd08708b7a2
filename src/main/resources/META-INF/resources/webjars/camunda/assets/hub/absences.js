// Who of the own desks is away, and who stands in.
import { api } from './api.js';
import { el, element, moment } from './dom.js';
import { panel } from './panel.js';

function select(label, people, first) {
  return element('select', { className: 'form-control', ariaLabel: label }, [
    element('option', { value: '' }, [first]),
    ...people.map(person => element('option', { value: person.username }, [person.name])),
  ]);
}

async function content(text) {
  const [away, colleagues] = await Promise.all([api('/absences'), api('/absences/colleagues')]);
  const box = element('div', {}, []);
  const again = async () => box.replaceChildren(...(await content(text)));
  const problem = el('p', '', 'error');
  const attempt = action => async () => {
    problem.textContent = '';
    await action().catch(refused => {
      problem.textContent = refused.message;
    });
  };
  const who = select(
    text('desk.absences.who'),
    colleagues.filter(person => person.registers),
    text('desk.absences.me'),
  );
  const substitute = select(
    text('desk.absences.substitute'),
    colleagues.filter(person => !away.some(one => one.username === person.username)),
    text('desk.absences.nobody'),
  );
  const until = element(
    'input',
    { type: 'datetime-local', className: 'form-control', ariaLabel: text('desk.absences.until') },
    [],
  );
  const register = element(
    'button',
    {
      type: 'button',
      className: 'btn btn-primary',
      onclick: attempt(async () => {
        const moved = await api('/absences', {
          method: 'POST',
          json: {
            username: who.value || null,
            substitute: substitute.value || null,
            until: until.value ? new Date(until.value).toISOString() : null,
          },
        });
        await again();
        box.append(el('p', text('desk.absences.moved', moved.toSubstitute, moved.toDesk), 'note'));
      }),
    },
    [text('desk.absences.register')],
  );
  const lines = away.map(one =>
    element('li', {}, [
      text(
        one.substitute ? 'desk.absences.away-with' : 'desk.absences.away',
        one.name,
        moment(one.until),
        one.substituteName ?? '',
      ),
      ' ',
      (one.mine || colleagues.some(person => person.username === one.username && person.registers)) &&
        element(
          'button',
          {
            type: 'button',
            className: 'btn btn-link',
            onclick: attempt(async () => {
              await api('/absences/' + encodeURIComponent(one.username), { method: 'DELETE' });
              await again();
            }),
          },
          [text('desk.absences.back')],
        ),
    ]),
  );
  box.append(
    lines.length ? element('ul', { className: 'notices' }, lines) : el('p', text('desk.absences.none'), 'muted'),
    element('div', { className: 'bar' }, [
      colleagues.some(person => person.registers) && who,
      text('desk.absences.until'),
      until,
      text('desk.absences.substitute'),
      substitute,
      register,
    ]),
    problem,
  );
  return [box];
}

export default [panel('absences', 305, content)];
