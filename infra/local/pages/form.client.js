(() => {
  const form = document.getElementById('contact');
  const problem = document.getElementById('problem');
  const button = form.querySelector('button');
  const caption = button.textContent;
  const address = new URLSearchParams(location.search);
  let busy = false;

  // Click ids come with the ad's link; the visitor id is the CDP's, or one of our own that the browser keeps.
  const visitorId = () => {
    try {
      const kept = localStorage.getItem('cdp_id');
      if (kept) return kept;
      const made = `v-${crypto.randomUUID()}`;
      localStorage.setItem('cdp_id', made);
      return made;
    } catch {
      return ''; // storage is switched off: the lead counts without a visitor id
    }
  };
  for (const field of form.querySelectorAll('input[type=hidden]')) field.value = address.get(field.name) ?? '';
  if (form.elements.cdp_id.value === '') form.elements.cdp_id.value = visitorId();
  form.noValidate = true; // problems are shown beside their fields instead of in a bubble

  const inputOf = (name) => document.getElementById(name);
  const say = (text) => {
    problem.hidden = text === '';
    problem.textContent = text;
    if (text !== '') problem.focus();
  };
  const clear = () => {
    say('');
    for (const error of form.querySelectorAll('.error')) error.textContent = '';
    for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  };
  const show = (problems, otherwise) => {
    const unplaced = [];
    let first;
    for (const { field, message } of problems) {
      const error = document.getElementById(`${field}-error`);
      const input = inputOf(field);
      if (error && input) {
        error.textContent = message;
        input.setAttribute('aria-invalid', 'true');
        first ??= input;
      } else unplaced.push(message);
    }
    if (first && unplaced.length === 0) first.focus();
    else say([otherwise, ...unplaced].join(' '));
  };
  const setBusy = (value) => {
    busy = value;
    button.setAttribute('aria-disabled', String(value));
    button.textContent = value ? 'Sending…' : caption;
  };
  const invalid = () =>
    [...form.elements]
      .filter((input) => input.name !== '' && !input.checkValidity())
      .map((input) => ({
        field: input.name,
        message: input.validity.valueMissing
          ? 'Fill in this field.'
          : 'Give a valid e-mail address, without blanks or commas.',
      }));

  const send = async () => {
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    if (answer.ok) {
      location.assign(form.dataset.thanks);
      return true;
    }
    const { error } = await answer.json();
    show(error.fields ?? [], error.message);
    return false;
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return; // a second click while the first is under way
    clear();
    const problems = invalid();
    if (problems.length > 0) return show(problems, '');
    setBusy(true);
    try {
      if (await send()) return; // stays busy until the next page is there
    } catch {
      say('Your message could not be sent. Please try again in a moment.');
    }
    setBusy(false);
  });
  // Coming back with the Back button shows the form as it was left: still busy.
  addEventListener('pageshow', () => setBusy(false));
})();
