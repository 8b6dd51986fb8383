"""`/estate`: bulk import."""

from fastapi import APIRouter

router = APIRouter(prefix="/estate", tags=["estate"])
