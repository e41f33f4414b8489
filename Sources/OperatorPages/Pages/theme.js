// Sets the chosen theme before anything is painted; without a choice the system's applies.
{
    let theme = null;
    try { theme = localStorage.getItem("roost.theme"); } catch { /* storage is off: follow the system */ }
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
