global using Palisade.Testing;
