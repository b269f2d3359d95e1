"""Network outputs, without running the networks."""

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition.characters import BLANK, CLASSES


def steps(text: str, sure: float = 0.98, doubts: dict[int, str] | None = None) -> np.ndarray:
    """A network's output for a text; `doubts`: a second choice, nearly as likely, for these characters."""
    answer = np.full((24, 1 + len(CLASSES)), 1e-5, np.float32)
    answer[:, BLANK] = 1
    for place, char in enumerate(text):
        row = answer[1 + 2 * place]
        row[BLANK] = 1e-5
        row[1 + CLASSES.index(char)] = sure
        if doubts and place in doubts:
            row[1 + CLASSES.index(char)] = 0.52
            row[1 + CLASSES.index(doubts[place])] = 0.44
    return answer


def drawn_car() -> NDArray[np.uint8]:
    """A drawn car's rear with the invented plate HVT4821, and a timestamp burned into the corner."""
    image = np.full((480, 720, 3), (96, 84, 70), np.uint8)
    cv2.rectangle(image, (190, 230), (530, 400), (225, 235, 235), -1)
    cv2.putText(image, "HVT4821", (205, 340), cv2.FONT_HERSHEY_SIMPLEX, 2.3, (60, 30, 20), 8, cv2.LINE_AA)
    cv2.putText(image, "2031-04-17 06:46:42", (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1)
    return image
