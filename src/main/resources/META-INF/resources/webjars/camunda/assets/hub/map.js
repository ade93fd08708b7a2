import { api } from './api.js';
import { el, element } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';
const SIZE = [240, 180];

/** The grid's outline among those of its community, and the point that the resident gave. Needs no map server. */
export function gridMap(request, text) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${SIZE[0]} ${SIZE[1]}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', text('desk.map'));
  draw(svg, request).catch(() => {});
  return element('div', { className: 'map' }, [svg, el('div', text('desk.map-generated'), 'muted')]);
}

async function draw(svg, request) {
  const siblings = await api('/directory/grids?communityCode=' + request.communityCode);
  const outlines = await Promise.all(
    siblings.map(grid =>
      api('/directory/grids/' + grid.code).then(view => ({ code: grid.code, rings: rings(view.wkt) })),
    ),
  );
  const own = outlines.find(outline => outline.code === request.gridCode) ?? outlines[0];
  const point = request.location?.lon ? [request.location.lon, request.location.lat] : null;
  const project = projection([...own.rings.flat(), ...(point ? [point] : [])]);
  outlines
    .sort(outline => (outline === own ? 1 : -1))
    .forEach(outline =>
      outline.rings.forEach(ring => {
        shape(svg, 'polygon', {
          points: ring.map(project).join(' '),
          fill: outline === own ? '#d3e9f2' : '#f1f4f5',
          stroke: outline === own ? '#0b6e99' : '#b8cad3',
          'stroke-width': outline === own ? 2 : 1,
        });
      }),
    );
  if (point) {
    const [x, y] = project(point);
    shape(svg, 'circle', { cx: x, cy: y, r: 6, fill: '#d23b2f', stroke: '#fff', 'stroke-width': 2 });
  }
}

function rings(wkt) {
  return [...wkt.matchAll(/\(([-\d.,\s]+)\)/g)].map(match =>
    match[1].split(',').map(pair => pair.trim().split(/\s+/).map(Number)),
  );
}

/** Degrees to pixels, with the same scale in both directions at this latitude. */
function projection(points) {
  const xs = points.map(point => point[0]);
  const ys = points.map(point => point[1]);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = 0.8 * Math.min(SIZE[0] / ((east - west) * narrow || 1e-6), SIZE[1] / (north - south || 1e-6));
  return ([x, y]) =>
    [SIZE[0] / 2 + (x - (west + east) / 2) * narrow * scale, SIZE[1] / 2 - (y - (south + north) / 2) * scale].map(
      value => value.toFixed(1),
    );
}

function shape(svg, tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  svg.append(node);
}
