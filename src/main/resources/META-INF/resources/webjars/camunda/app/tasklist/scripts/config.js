export default {
  app: { name: '岗位待办', vendor: '六单枢纽' },
  dateFormat: { normal: 'YYYY-MM-DD HH:mm', long: 'LLLL' },
  locales: { availableLocales: ['zh'], fallbackLocale: 'zh' },
  disableWelcomeMessage: true,
  customScripts: [
    '../../assets/hub/words',
    '../../assets/hub/session',
    '../../assets/hub/task',
    '../../assets/hub/cards',
    '../../assets/hub/filters',
    '../../assets/hub/lookup',
    '../../assets/hub/notices',
    '../../assets/hub/absences',
    '../../assets/hub/figures',
    '../../assets/hub/viewer-words',
  ],
  shortcuts: {
    claimTask: { key: 'ctrl+alt+c', description: '签收当前任务' },
    focusFilter: { key: 'ctrl+shift+f', description: '跳到第一个筛选器' },
    focusList: { key: 'ctrl+alt+l', description: '跳到第一项任务' },
    focusForm: { key: 'ctrl+alt+f', description: '跳到表单的第一栏' },
  },
};
