"""What is sung in the demo library."""

from __future__ import annotations

WORDS: dict[str, tuple[str, ...]] = {
    "Salt on the Envelope": (
        "I wrote your name where the tide could read it",
        "The sea sent it back with a stamp of foam",
        "There's salt on the envelope, sand in the sentence",
        "And every full stop is a small stone home",
        "Write me again when the lamp turns around",
        "I'll answer in light, without any sound",
    ),
    "Forty-One Steps": (
        "Forty-one steps and I counted them twice",
        "One for each winter, and one for the mice",
        "",
        "Up where the glass throws the dark out to sea",
        "Somebody left half a biscuit for me",
    ),
    "Goodnight, Harbour": (
        "Goodnight, harbour, tie up your boats",
        "Fold up the water, button your coats",
        "The bell at the bar has nothing to say",
        "Goodnight, harbour, put the wind away",
    ),
    "Two Spoons": (
        "Two spoons in a saucer, leaning like friends",
        "One stirs up a question, the other one bends",
        "The window is foggy, the record is slow",
        "There's room in the sugar for all that we know",
    ),
    "Wake Lights": (
        "Behind us the water is writing in neon",
        "A sentence of silver that nobody reads",
        "Hold on to the railing, the city is leaving",
        "It glitters, it dims, it recedes",
    ),
    "Passport to Nowhere": (
        "They stamped it in moonlight and waved me along",
        "No photograph in it, the name written wrong",
        "A passport to nowhere, a ticket of rain",
        "The ferry is leaving and boarding again",
        "I'm nobody's cargo, I'm nobody's guest",
        "Somewhere past midnight we're sailing due west",
    ),
    "Borrowed Sunglasses": (
        "I borrowed your sunglasses, now it's all gold",
        "The rooftops are dancing, the chimneys are bold",
        "The pigeons wear tails and the laundry wears lace",
        "I borrowed your sunglasses, not just your place",
        "I'll bring them at midnight, I'll bring them in June",
        "I'll bring them whenever we run out of tune",
    ),
}
