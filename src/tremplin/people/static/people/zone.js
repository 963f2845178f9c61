// Where the clock of this device stands, for a person who is new here. Without script it is asked for later.
for (const field of document.querySelectorAll("input[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
