/** An element with its properties and children; children that are null or false are left out. */
export function element(tag, properties, children) {
  const node = document.createElement(tag);
  const { style, ...rest } = properties;
  Object.assign(node, rest);
  if (style) {
    node.style.cssText = style;
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== false && child !== ''));
  return node;
}

export function el(tag, text, className = '') {
  return element(tag, { className, textContent: text }, []);
}

const FORMAT = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

export function moment(instant) {
  return FORMAT.format(new Date(instant));
}

let texts;

/** The hub's message bundle: gives a function from a key and its arguments to the words. */
export function words() {
  texts ??= fetch('/camunda/assets/hub/texts.json').then(response => response.json());
  return texts.then(
    bundle =>
      (key, ...args) =>
        (bundle[key] ?? key).replace(/\{(\d)\}/g, (all, n) => args[n] ?? ''),
  );
}
