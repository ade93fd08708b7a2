// The bundled viewer of Camunda Forms keeps some words in English and has no setting for them. The hub's own task page doesn't
// use it; a designer's own form may.
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const WORDS = new Map([
  ['Search', '搜索'], ['Select', '请选择'], ['Add new', '新增一项'], ['Nothing found', '没有匹配项'], ['No results', '没有匹配项'],
  ['yyyy/mm/dd', '年/月/日'], ['mm/dd/yyyy', '年/月/日'], ['--:--', '时:分'], ['Submit', '提交'],
  ['Field is required.', '必填'], ['Field must match pattern', '格式不符'], ['Field has invalid email', '邮箱格式不符'],
  ['Show more', '展开'], ['Show less', '收起'], ['Remove', '移除'],
  ...['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].map((day, i) => [day, '日一二三四五六'[i]]),
  ...MONTHS.map((month, i) => [month, (i + 1) + '月'])
]);

function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const word = WORDS.get(node.data.trim());
    if (word) {
      node.data = word;
    }
  }
  root.querySelectorAll?.('[placeholder]').forEach(input => {
    const word = WORDS.get(input.placeholder);
    if (word) {
      input.placeholder = word;
    }
  });
}

new MutationObserver(changes => changes.forEach(change => {
  const element = change.target.nodeType === Node.ELEMENT_NODE ? change.target : change.target.parentElement;
  if (element?.closest('.fjs-container, .flatpickr-calendar')) {
    translate(element);
  }
})).observe(document.documentElement, { childList: true, subtree: true, characterData: true });

export default [];
