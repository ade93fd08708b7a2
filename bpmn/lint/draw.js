// Draws a model with bpmn-js, which the page has loaded: one of its planes, or the poster of the six orders.
const STEPS = [
  ['submitted', 'route'],
  ['verify'],
  ['issue'],
  ['dispatch'],
  ['accept', 'handle', 'approve-extension'],
  ['rated', 'follow-up'],
];

async function opened(xml) {
  const viewer = new window.BpmnJS({ container: document.body.appendChild(document.createElement('div')) });
  await viewer.importXML(xml);
  return viewer;
}

/** @param plane id of the collapsed sub-process whose inside is wanted; none for the whole */
async function draw(xml, plane) {
  const viewer = await opened(xml);
  if (plane) {
    const canvas = viewer.get('canvas');
    canvas.setRootElement(canvas.findRoot(plane + '_plane'));
  }
  return (await viewer.saveSVG()).svg;
}

/** @param words of the statuses, by their names */
async function poster(xml, words) {
  const viewer = await opened(xml);
  const registry = viewer.get('elementRegistry');
  const cards = STEPS.map((ids, n) =>
    html('section', '', [
      html('h2', `${n + 1}　${business(registry, ids[0]).name}`),
      html(
        'div',
        '',
        ids.map(id => html('div', '', step(registry, id, words, ids.length > 1 && id !== 'submitted'))),
        'steps',
      ),
    ]),
  );
  const { svg } = await viewer.saveSVG();
  const picture = html('div', '', [], 'picture');
  picture.innerHTML = svg.slice(svg.indexOf('<svg'));
  document.body.replaceChildren(
    html('h1', business(registry, 'pool').name),
    html('div', '', cards, 'cards'),
    html('p', business(registry, 'legend').text),
    picture,
  );
}

function business(registry, id) {
  return registry.get(id).businessObject;
}

function step(registry, id, words, titled) {
  const element = business(registry, id);
  const properties = (element.extensionElements?.values ?? [])
    .filter(one => one.$type === 'camunda:properties')
    .flatMap(one => one.$children ?? one.values ?? []);
  const decisions = properties
    .filter(one => /^decision\.\w+$/.test(one.name))
    .map(one => one.value.split(/[:：]/)[0].trim());
  const status = properties.find(one => one.name === 'status')?.value;
  const note = registry.get('note-' + id)?.businessObject.text ?? '';
  return [
    titled ? html('h3', element.name) : null,
    ...note.split('\n').map(line => html('p', line)),
    decisions.length ? html('p', '可以：' + decisions.join('、')) : null,
    words[status] ? html('p', '到这一步：' + words[status]) : null,
  ].filter(Boolean);
}

function html(tag, text, children = [], name = '') {
  const node = document.createElement(tag);
  node.textContent = text;
  node.className = name;
  node.append(...children);
  return node;
}

Object.assign(window, { draw, poster });
