"""Files taken in through a page: kept aside, looked at, loaded, taken back. The only room that reaches etl."""
