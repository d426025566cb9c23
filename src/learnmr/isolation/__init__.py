"""Running what others wrote: in a sandbox, under limits, with data as the only thing that comes out."""
