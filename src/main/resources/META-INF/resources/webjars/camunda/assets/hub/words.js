// The web apps begin before their words have come, and what is shown by then keeps its keys for good (7.24, at a first visit). So the
// words are put where the apps look first, and the apps wait for this script.
const folder =
  document.querySelector('base').getAttribute('app-root') +
  '/app/' +
  window.location.pathname.split('/app/')[1].split('/')[0] +
  '/locales/';
const response = await fetch(folder + 'zh.json');
if (response.ok) {
  const kept = JSON.parse(window.localStorage.getItem('camunda-web') ?? '{}');
  kept[folder + '_locales_data_zh_' + window.bust] = JSON.stringify(await response.json());
  window.localStorage.setItem('camunda-web', JSON.stringify(kept));
}

export default [];
