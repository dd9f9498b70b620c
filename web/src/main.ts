import '@fontsource-variable/figtree/wght.css';
import './styles/base.css';
import './styles/tokens.css';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { queryClient } from './api/query-client';
import { i18n } from './messages';
import { router } from './router';

createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient }).use(router).mount('#app');
