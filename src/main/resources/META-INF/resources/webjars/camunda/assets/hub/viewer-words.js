// The bundled viewer of Camunda Forms keeps some words in English and has no setting for them. The hub's own task page doesn't
// use it; a designer's own form may.
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WORDS = new Map([
  ['Search', '搜索'],
  ['Select', '请选择'],
  ['Add new', '新增一项'],
  ['No results', '没有匹配项'],
  ['yyyy/mm/dd', '年/月/日'],
  ['mm/dd/yyyy', '年/月/日'],
  ['--:--', '时:分'],
  ['Submit', '提交'],
  ['Field is required.', '必填'],
  ...['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].map((day, i) => [day, '日一二三四五六'[i]]),
  ...MONTHS.map((month, i) => [month, i + 1 + '月']),
]);

const SENTENCES = [
  [/^Field must match pattern (.*)\.$/, '格式应为 $1'],
  [/^Field must have minimum value of (.*)\.$/, '不得小于 $1'],
  [/^Field must have maximum value of (.*)\.$/, '不得大于 $1'],
  [/^Field must have minimum length of (.*)\.$/, '至少 $1 个字'],
  [/^Field must have maximum length of (.*)\.$/, '最多 $1 个字'],
];

function chinese(text) {
  const sentence = SENTENCES.find(([pattern]) => pattern.test(text));
  return WORDS.get(text) ?? (sentence && text.replace(...sentence));
}

function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const word = chinese(node.data.trim());
    if (word) {
      node.data = word;
    }
  }
  root.querySelectorAll?.('[placeholder]').forEach(input => {
    const word = chinese(input.placeholder);
    if (word) {
      input.placeholder = word;
    }
  });
}

new MutationObserver(changes =>
  changes.forEach(change => {
    const element = change.target.nodeType === Node.ELEMENT_NODE ? change.target : change.target.parentElement;
    if (element?.closest('.fjs-container, .flatpickr-calendar')) {
      translate(element);
    }
  }),
).observe(document.documentElement, { childList: true, subtree: true, characterData: true });

export default [];
