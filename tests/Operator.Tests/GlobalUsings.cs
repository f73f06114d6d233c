global using Palisade.Models;
