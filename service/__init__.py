"""Duban (督办): reads as the life of a reminder.

``sheets`` take in, ``domain`` decides, ``store`` remembers, ``letters`` word it, ``channels`` carry it,
``flows`` join them; ``cli`` is the door, ``wiring`` builds everything.
"""
