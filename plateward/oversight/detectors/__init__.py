"""The detectors of misuse: `watch.Watch` hears what people did, in order of time, and says what a reviewer should
look at (6.a.ii.2, 6.a.ii.3). Pure: no database, no clock but the events' own."""
