"""Files with damage."""

from hypothesis import strategies as st


@st.composite
def mutations_of(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """One of the files with bytes changed, doubled or left out, or cut off."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 16))
        with_what = draw(
            st.one_of(
                st.binary(min_size=length, max_size=length),  # the rest keeps its place
                st.binary(max_size=8),  # the rest moves
                st.sampled_from([b"\xff" * length, b"\0" * length, bytes(data[:place][-length:] * 2)]),
            )
        )
        data[place : place + length] = with_what
    return bytes(data[: draw(st.integers(len(data) // 2, len(data)))] if draw(st.booleans()) else data)
