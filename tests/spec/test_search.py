def test_x(world):
    pass
