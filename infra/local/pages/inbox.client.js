(() => {
  const EVERY_MS = 2000;
  let shown = document.getElementById('news').innerHTML;

  const refresh = async () => {
    if (document.hidden) return;
    const answer = await fetch('/inbox', { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const news = next.getElementById('news').innerHTML;
    if (news === shown) return;
    shown = news;
    const here = document.getElementById('news');
    const open = new Set(
      [...here.querySelectorAll('details[open]')].map((details) => details.parentElement.dataset.eventId),
    );
    here.innerHTML = news;
    for (const item of here.querySelectorAll('[data-event-id]'))
      if (open.has(item.dataset.eventId)) item.querySelector('details').open = true;
    document.title = next.title;
  };
  const again = () =>
    setTimeout(
      () =>
        refresh()
          .catch(() => {})
          .finally(again),
      EVERY_MS,
    );
  again();
})();
