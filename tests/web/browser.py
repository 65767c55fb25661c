"""What a person does at the desk, and what they see."""

import base64

import axe_core_python
from pathlib import Path
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from harness.wait import until

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
SECONDS = 30


class Desk:
    def __init__(self, driver, build):
        self.driver = driver
        self.build = build
        self.engine = None
        # The answers that a test provokes are no complaint.
        self.expected = ["Failed to load resource"]

    # --- Where it is.
    def open(self, engine, view="#/now"):
        """In a tab of its own: what another one had stored is gone."""
        self.engine = engine
        self.driver.get(engine.base + "/livez")
        self.script("sessionStorage.clear()")
        self.go(view)

    def go(self, view):
        self.driver.get("about:blank")
        self.driver.get(f"{self.engine.base}/{view}")
        self.find("h1")

    def leave(self):
        self.driver.get("about:blank")

    def width(self, width, dark=False):
        """And without motion: what is looked at is not on its way from one colour to another."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                                                  {"name": "prefers-reduced-motion", "value": "reduce"}]})

    # --- What is seen.
    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def find(self, selector, text=None):
        """The first visible one, with this in its text; waits for it."""
        def there():
            for element in self.all(selector):
                try:
                    if element.is_displayed() and (text is None or text in element.text):
                        return element
                except StaleElementReferenceException:
                    continue
            return None
        return until(there, SECONDS, f"{selector} with {text!r}; the page: {self.text()}")

    def gone(self, selector):
        until(lambda: not any(self.script("return arguments[0].isConnected && arguments[0].checkVisibility()", one)
                              for one in self.all(selector)), SECONDS, f"{selector} gone")

    def text(self):
        return self.script("return document.body?.innerText")

    def says(self, text, selector="body"):
        until(lambda: text in (self.script("return document.querySelector(arguments[0])?.innerText || ''", selector)), SECONDS,
              f"{text!r} in {selector}")

    def live(self):
        self.says("live", "#stream")

    def overflow(self):
        """By how much the page is wider than the screen."""
        return self.script("return document.documentElement.scrollWidth - window.innerWidth")

    def nodes(self):
        return self.script("return document.querySelectorAll('*').length")

    def complaints(self):
        """What the browser's console has to say."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
                and not any(text in entry["message"] for text in self.expected)]

    def picture(self, name):
        """The whole page."""
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
        (self.build / f"{name}.png").write_bytes(base64.b64decode(data["data"]))

    def barriers(self):
        """What axe-core finds of some weight for people who cannot see, or use no mouse."""
        self.script(AXE + "; window.axe = axe")
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(done, error => done({violations: [{id: String(error)}]}))")
        return [f"{one['id']}: {[node['html'] for node in one.get('nodes', [])][:3]}" for one in found["violations"]
                if one.get("impact", "critical") in ("serious", "critical")]

    # --- What is done.
    def fill(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)
        return field

    def keys(self, *keys):
        actions = ActionChains(self.driver)
        for key in keys:
            actions.send_keys(key)
        actions.perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def tab_to(self, what, most=120):
        """Presses Tab until the focus is on what has this text or name."""
        for _ in range(most):
            self.keys(Keys.TAB)
            name = self.script("const e = document.activeElement; return [e.innerText, e.getAttribute('aria-label'), e.name]"
                               ".filter(Boolean).join(' | ')")
            if what in name:
                return self.focused()
        raise AssertionError(f"no Tab leads to {what!r}")
