/* Everything works without this file. With it: new events appear by themselves, sheets take the focus, a form is sent
   once, and large type needs no reload. Written for old WebViews: ES5, nothing newer. */
(function () {
  'use strict';
  var doc = document;
  var root = doc.documentElement;
  var SLOW_POLL = 60000;

  function byId(id) { return doc.getElementById(id); }
  function each(list, work) { Array.prototype.forEach.call(list, work); }

  /* Large type */
  var size = /** @type {HTMLAnchorElement} */ (byId('size'));
  function showSize(big) {
    root.className = big ? 'big' : '';
    size.textContent = big ? '标准字' : '大字';
    size.setAttribute('aria-label', big ? '换回标准字号' : '换成大字');
    size.href = location.pathname + '?big=' + (big ? '0' : '1');
  }
  if (size) {
    size.addEventListener('click', function (event) {
      var big = root.className !== 'big';
      event.preventDefault();
      doc.cookie = 'big=' + (big ? '1' : '') + '; path=/; samesite=lax; max-age=' + (big ? 31536000 : 0);
      showSize(big);
    });
  }

  /* A form is sent once; coming back to the page makes it usable again. */
  doc.addEventListener('submit', function (event) {
    var button = /** @type {Element} */ (event.target).querySelector('button[type=submit]');
    if (!button) { return; }
    if (button.getAttribute('data-sent')) { event.preventDefault(); return; }
    button.setAttribute('data-sent', button.textContent);
    button.textContent = '正在提交…';
  });
  window.addEventListener('pageshow', function () {
    each(doc.querySelectorAll('button[data-sent]'), function (button) {
      button.textContent = button.getAttribute('data-sent');
      button.removeAttribute('data-sent');
    });
  });

  /* Sheets open by their address (#supplement); here they only take the focus, and give it back to what opened them. */
  var opened = '';
  function openSheet() {
    var id = location.hash.slice(1);
    var sheet = id && byId(id);
    return sheet && sheet.className === 'sheet' ? sheet : null;
  }
  function moved() {
    var sheet = openSheet();
    doc.body.classList.toggle('covered', Boolean(sheet));
    if (sheet) {
      opened = sheet.id;
      /** @type {HTMLElement} */
      var field = sheet.querySelector('textarea, input:not([type=hidden])');
      if (field && !sheet.contains(doc.activeElement)) { field.focus(); }
    } else if (opened) {
      /** @type {HTMLElement} */
      var opener = doc.querySelector('#part a[href="#' + opened + '"]');
      opened = '';
      if (opener) { opener.focus(); }
    }
  }
  window.addEventListener('hashchange', moved);
  doc.addEventListener('keydown', function (event) {
    var sheet = openSheet();
    if (!sheet) { return; }
    if (event.key === 'Escape' || event.key === 'Esc') { location.hash = '#part'; return; }
    if (event.key !== 'Tab') { return; }
    /** @type {NodeListOf<HTMLElement>} */
    var stops = sheet.querySelectorAll('.close, textarea, input:not([type=hidden]), button');
    var edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (doc.activeElement === edge) {
      event.preventDefault();
      stops[event.shiftKey ? stops.length - 1 : 0].focus();
    }
  });
  moved();
  /* What was answered is read out, and shown without leaving the top of the page. */
  if (byId('said')) { byId('said').focus({ preventScroll: true }); }

  /* New events */
  var page = byId('page');
  if (!page) { return; }
  var base = page.getAttribute('data-base');
  var source = null;
  var timer = null;
  var busy = false;
  var again = false;

  function mark() { return byId('part').getAttribute('data-mark'); }

  function isTouched(sheet) {
    var found = sheet === openSheet();
    each(sheet.querySelectorAll('textarea, input'), function (field) {
      found = found || (field.type === 'radio' || field.type === 'checkbox'
        ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
    });
    return found;
  }

  /* What somebody is typing stays as it is, and is not even moved: moving it would take the focus away. */
  function swapSheets(fresh) {
    var old = byId('sheets');
    each(old.querySelectorAll('.sheet'), function (sheet) {
      var next = fresh.querySelector('#' + sheet.id);
      if (isTouched(sheet)) {
        if (next) { fresh.removeChild(next); }
      } else {
        old.removeChild(sheet);
      }
    });
    each(fresh.querySelectorAll('.sheet'), function (sheet) { old.appendChild(sheet); });
  }

  function swap(html) {
    var holder = doc.createElement('div');
    holder.innerHTML = html;
    var part = holder.querySelector('#part');
    var sheets = holder.querySelector('#sheets');
    if (!part || !sheets || part.getAttribute('data-mark') === mark()) { return; }
    var said = byId('said');
    var old = byId('part');
    old.parentNode.replaceChild(part, old);
    each(old.querySelectorAll('details[open]'), function (folded) {
      /** @type {HTMLDetailsElement} */
      var next = part.querySelector('details.' + folded.className);
      if (next) { next.open = true; }
    });
    if (said) { part.querySelector('.hero').insertAdjacentElement('afterend', said); }
    swapSheets(sheets);
    doc.body.className = part.getAttribute('data-mood') + (openSheet() ? ' covered' : '');
    doc.title = part.getAttribute('data-big') + ' · ' + doc.title.split(' · ').pop();
    showLive();
    var newest = part.querySelector('.newest');
    if (newest) { newest.classList.add('arrived'); }
    byId('news').textContent = '有新进展：' + part.getAttribute('data-big');
  }

  function fetchPart() {
    if (busy) { again = true; return; }
    busy = true;
    var request = new XMLHttpRequest();
    request.open('GET', base + '?part=1');
    request.timeout = 15000;
    request.onload = function () {
      if (request.status === 200) { swap(request.responseText); }
    };
    request.onloadend = function () {
      busy = false;
      if (again) { again = false; fetchPart(); }
    };
    request.send();
  }

  function showLive() {
    var live = byId('live');
    if (live) { live.hidden = !(source || timer); }
  }

  function poll() {
    if (!timer) { timer = setInterval(fetchPart, SLOW_POLL); }
    showLive();
  }

  function listen() {
    if (source || timer) { return; }
    if (!window.EventSource) { poll(); return; }
    source = new EventSource(base + '/live');
    source.addEventListener('mark', function (event) {
      if (event.data !== mark()) { fetchPart(); }
    });
    source.onerror = function () {
      /* Refused (too many pages open) or ended for good: ask now and then instead. */
      if (source && source.readyState === 2) { source = null; poll(); }
    };
    showLive();
  }

  function rest() {
    if (source) { source.close(); source = null; }
    if (timer) { clearInterval(timer); timer = null; }
  }

  doc.addEventListener('visibilitychange', function () {
    if (doc.hidden) { rest(); } else { listen(); }
  });
  window.addEventListener('pagehide', rest);
  window.addEventListener('pageshow', function () { if (!doc.hidden) { listen(); } });
}());
