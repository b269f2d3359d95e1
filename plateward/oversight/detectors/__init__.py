"""The detectors of misuse: each is a function from a history of what people did to what a reviewer should look at
(6.a.ii.2, 6.a.ii.3). Pure: no database, no clock but the events' own, and nothing that happened later."""
