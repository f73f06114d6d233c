global using Palisade.Models;
global using Palisade.Testing;
