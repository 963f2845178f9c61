"""The filter is run here by a small interpreter of its instructions, so that both architectures are tested."""

import struct

import pytest

from tremplin.grader import seccomp

ALLOW, KILL, EPERM, ENOSYS = seccomp.ALLOW, seccomp.KILL, seccomp.EPERM, seccomp.ENOSYS
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def verdict(program: bytes, number: int, *arguments: int, audit: int) -> int:
    data = struct.pack("=IIQ6Q", number, audit, 0, *(list(arguments) + [0] * 6)[:6])
    steps = list(struct.iter_unpack("=HBBI", program))
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, value = steps[position]
        position += 1
        if code == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
        elif code == 0x06:
            return value
        else:
            holds = {0x15: accumulator == value, 0x45: bool(accumulator & value), 0x35: accumulator >= value}[
                code
            ]
            position += if_true if holds else if_false


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call(machine: str, number: int, *arguments: int) -> int:
    return verdict(seccomp.program(machine), number, *arguments, audit=MACHINES[machine][0])


def test_every_listed_call_is_refused(machine: str) -> None:
    for name in seccomp.denied_names():
        number = seccomp.number_of(name, machine)
        if number is not None:
            assert call(machine, number) in (EPERM, ENOSYS), name


def test_calls_that_python_and_numpy_need_are_allowed(machine: str) -> None:
    needed = {
        "x86_64": [
            0,
            1,
            2,
            3,
            9,
            10,
            11,
            12,
            13,
            14,
            35,
            39,
            57,
            58,
            59,
            60,
            61,
            62,
            202,
            231,
            257,
            318,
            334,
        ],
        "aarch64": [
            63,
            64,
            56,
            57,
            222,
            226,
            215,
            214,
            134,
            135,
            101,
            172,
            221,
            93,
            260,
            129,
            98,
            94,
            278,
            293,
        ],
    }
    for number in needed[machine]:
        assert call(machine, number) == ALLOW, number


def test_only_unix_sockets_can_be_made(machine: str) -> None:
    for table in (seccomp._SOCKET, seccomp._SOCKETPAIR):
        number = table[MACHINES[machine][1]]
        assert call(machine, number, 1, 1, 0) == ALLOW
        for family in (0, 2, 10, 16, 17, 38, 40, 44):
            assert call(machine, number, family, 1, 0) == EPERM
        assert call(machine, number, (1 << 32) | 2, 1, 0) == EPERM


def test_threads_and_forks_are_allowed_but_no_new_namespace(machine: str) -> None:
    clone = seccomp._CLONE[MACHINES[machine][1]]
    assert call(machine, clone, 0x003D0F00) == ALLOW  # pthread_create
    assert call(machine, clone, 0x01200011) == ALLOW  # fork
    for namespace in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert call(machine, clone, namespace | 17) == EPERM


def test_no_typing_into_a_terminal(machine: str) -> None:
    ioctl = seccomp._IOCTL[MACHINES[machine][1]]
    assert call(machine, ioctl, 0, 0x5412) == EPERM
    assert call(machine, ioctl, 0, 0x541C) == EPERM
    assert call(machine, ioctl, 0, 0x5401) == ALLOW


def test_another_architecture_and_x32_are_killed() -> None:
    program = seccomp.program("x86_64")
    assert verdict(program, 1, audit=0x40000003) == KILL
    assert verdict(program, 0x40000001, audit=0xC000003E) == KILL


def test_a_machine_without_a_list_gets_no_filter_that_pretends() -> None:
    with pytest.raises(seccomp.UnknownArchitecture):
        seccomp.program("riscv64")
