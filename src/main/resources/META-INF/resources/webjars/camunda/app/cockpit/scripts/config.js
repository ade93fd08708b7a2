export default {
  app: { name: '流程监控', vendor: '六单枢纽' },
  dateFormat: { normal: 'YYYY-MM-DD HH:mm', long: 'LLLL' },
  locales: { availableLocales: ['zh'], fallbackLocale: 'zh' },
  disableWelcomeMessage: true,
  customScripts: ['../../assets/hub/words', '../../assets/hub/session'],
};
